/// One thing that jobs of a plugin do, with the type of what they are given.
///
/// ```swift
/// static let digest = JobKind<Digest>("digest", retry: .exponential(retries: 5, jitter: 20))
/// ```
public struct JobKind<Payload: JSONEncodable & JSONDecodable & Sendable>: Sendable {
    /// Its name in the plugin: lower-case letters, digits, underscores.
    public let name: String
    let options: JobOptions

    /// - Parameters:
    ///   - name: Lower-case letters, digits, underscores.
    ///   - timeout: How long a run may take.
    ///   - retry: What happens after a failure.
    ///   - options: Priority and limits.
    public init(
        _ name: String, timeout: Duration = .seconds(60), retry: JobRetry = .standard, options: JobOptions = JobOptions()
    ) {
        self.name = name
        var options = options
        options.timeout = timeout
        options.retry = retry
        self.options = options
    }
}

/// What happens after a job has failed.
public enum JobRetry: Sendable {
    /// Three retries, after 60, 120 and 240 seconds.
    case standard
    /// The first failure is the last.
    case never
    /// Pauses that double, up to a cap; the jitter is the percentage by which a pause is longer or shorter at most.
    case exponential(first: Duration = .seconds(60), cap: Duration = .seconds(300), retries: Int, jitter: Int = 0)
    /// Pauses one by one, as many retries as there are.
    case delays([Duration])
}

/// Priority and limits of a kind of job.
public struct JobOptions: Sendable {
    /// 1 first to 10 last.
    public var priority = 6
    /// How many run at once on one host.
    public var slots: Int?
    /// How many run at once on all hosts together.
    public var concurrency: Int?
    /// How many begin in a time on all hosts together.
    public var budget: (count: Int, period: Duration)?
    /// Whether tenants take turns.
    public var isFair = false
    /// How long a completed job is kept.
    public var retention: Duration = .seconds(86_400)
    var timeout: Duration = .seconds(60)
    var retry = JobRetry.standard

    /// The defaults.
    public init() {}
}

/// How one job is enqueued.
public struct JobPlacement: Sendable {
    /// In which states a job takes its unique key.
    public enum Unique: UInt32, Sendable {
        /// Until it is over.
        case unfinished = 0
        /// Until it runs: another one may wait meanwhile.
        case queued = 1
        /// As long as it is kept.
        case kept = 2
    }

    /// Not before this moment; nil for at once.
    public var runAt: Timestamp?
    /// Only one job of the kind has a key at a time.
    public var uniqueKey: String?
    /// In which states it takes the key.
    public var unique = Unique.unfinished
    /// Jobs of one key run one after the other, in the order in which their transactions commit.
    public var serialKey: String?
    /// On whose account, for kinds that are fair.
    public var tenant: String?
    /// 1 first to 10 last; nil for the kind's.
    public var priority: Int?

    /// At once, with the kind's priority and without keys.
    public init(
        runAt: Timestamp? = nil, uniqueKey: String? = nil, unique: Unique = .unfinished, serialKey: String? = nil,
        tenant: String? = nil, priority: Int? = nil
    ) {
        self.runAt = runAt
        self.uniqueKey = uniqueKey
        self.unique = unique
        self.serialKey = serialKey
        self.tenant = tenant
        self.priority = priority
    }
}

/// What became of enqueueing a job.
public struct EnqueuedJob: Sendable, Hashable {
    /// The job, or the one that has its unique key already.
    public let id: UUID
    /// False when the unique key was taken.
    public let isNew: Bool
}

/// How a run ends that neither returns nor fails for a reason of its own.
public enum JobEnd: Error, Sendable {
    /// Failed; tried again after a pause of its own: what a remote service asks for.
    case retry(after: Duration, reason: String)
    /// To be run again later, which counts as no failure.
    case snooze(Duration)
    /// Given up, without another try.
    case cancel(reason: String)
    /// Failed for good: a dead letter, without another try.
    case discard(reason: String)
}
