public import HearthDatabase

/// A job that this host is to run.
public struct ClaimedJob: Sendable {
    /// Its id.
    public let id: DatabaseUUID
    /// The queue that it came from.
    public let queue: String
    /// What it does.
    public let kind: String
    /// JSON text.
    public let payload: String
    /// How often it has been claimed, this time included.
    public let attempt: Int
    /// How often it has failed.
    public let failures: Int
    /// As many failures as this discard it.
    public let maximumFailures: Int
    /// Its serial key.
    public let serialKey: String?
    /// Its tenant.
    public let tenant: String?
    /// The request or job that enqueued it.
    public let trace: String?
    /// The tick of a schedule that enqueued it.
    public let tick: JobTick?
    /// When it could be run first, in microseconds since 1970-01-01 00:00 UTC.
    public let runAt: Int64
    /// Its failures so far, as JSON text: an array of `{"attempt": 1, "at": …, "message": "…"}`; nil for none.
    public let errors: String?
    let priority: Int

    /// Whether there is no further try when this one fails.
    public var isLastTry: Bool { failures + 1 >= maximumFailures }

    static let columns = """
        id, queue, kind, payload, attempt, failures, maximum_failures, serial_key, tenant, trace, schedule, zone, tick_at, \
        run_at, errors, priority
        """
    static let types = [
        DatabaseType.uuid, DatabaseType.text, DatabaseType.text, DatabaseType.json, DatabaseType.integer, DatabaseType.integer,
        DatabaseType.integer, DatabaseType.text, DatabaseType.text, DatabaseType.text, DatabaseType.text, DatabaseType.text,
        DatabaseType.timestamp, DatabaseType.timestamp, DatabaseType.json, DatabaseType.integer,
    ]

    init?(_ rows: QueryResult, row: Int) {
        guard let id = rows.uuid(row, 0), let queue = rows.text(row, 1), let kind = rows.text(row, 2),
            let payload = rows.text(row, 3), let attempt = rows.integer(row, 4), let failures = rows.integer(row, 5),
            let maximumFailures = rows.integer(row, 6), let runAt = rows.integer(row, 13)
        else { return nil }
        self.id = id
        self.queue = queue
        self.kind = kind
        self.payload = payload
        self.attempt = Int(attempt)
        self.failures = Int(failures)
        self.maximumFailures = Int(maximumFailures)
        serialKey = rows.text(row, 7)
        tenant = rows.text(row, 8)
        trace = rows.text(row, 9)
        tick =
            if let schedule = rows.text(row, 10), let zone = rows.text(row, 11), let at = rows.integer(row, 12) {
                JobTick(schedule: schedule, zone: zone, at: at)
            } else {
                nil
            }
        self.runAt = runAt
        errors = rows.text(row, 14)
        priority = Int(rows.integer(row, 15) ?? 0)
    }

    /// All jobs of a result, in the order in which they are to be run.
    static func all(_ rows: QueryResult) -> [ClaimedJob] {
        (0..<rows.rowCount).compactMap { ClaimedJob(rows, row: $0) }
            .sorted { ($0.priority, $0.runAt, $0.id) < ($1.priority, $1.runAt, $1.id) }
    }
}
