public import HearthDatabase

/// A job to be enqueued.
public struct NewJob: Sendable {
    /// What it does: the name of a ``JobKind``.
    public var kind: String
    /// The queue that it waits in.
    public var queue: String
    /// JSON text for the handler.
    public var payload: String
    /// Lower numbers come first.
    public var priority: Int
    /// Not before this moment, in microseconds since 1970-01-01 00:00 UTC; nil for at once.
    public var runAt: Int64?
    /// As many failures as this discard it.
    public var maximumFailures: Int
    /// Only one job of a key may be in one of ``uniqueStates``; enqueueing another one then changes nothing.
    public var uniqueKey: String?
    /// In which states the job takes its key.
    public var uniqueStates: JobStates
    /// Jobs of one key run one after the other, in the order in which their enqueueing was committed.
    public var serialKey: String?
    /// On whose account, for queues whose tenants take turns.
    public var tenant: String?
    /// The request or job that enqueues it.
    public var trace: String?
    /// The tick of a schedule that enqueues it.
    var tick: JobTick?

    /// A job of a kind.
    ///
    /// - Parameters:
    ///   - kind: what it does
    ///   - payload: JSON text for the handler
    public init(_ kind: JobKind, payload: String = "{}") {
        self.kind = kind.name
        queue = kind.queue
        self.payload = payload
        priority = kind.priority
        maximumFailures = kind.retry.maximumFailures
        uniqueStates = .unfinished
    }
}

/// The tick of a schedule for which a job is run.
public struct JobTick: Sendable, Equatable {
    /// The name of the schedule.
    public let schedule: String
    /// The IANA name of the zone in which it ticked.
    public let zone: String
    /// When it was due, in microseconds since 1970-01-01 00:00 UTC.
    public let at: Int64
}

/// What became of enqueueing a job.
public struct EnqueuedJob: Sendable, Equatable {
    /// The job, or the one that has its unique key already.
    public let id: DatabaseUUID
    /// False when there was one already.
    public let isNew: Bool
}
