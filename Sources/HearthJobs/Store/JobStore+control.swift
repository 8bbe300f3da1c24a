public import HearthDatabase

/// Which jobs an operator means.
public struct JobFilter: Sendable {
    /// Of this queue.
    public var queue: String?
    /// Of this kind.
    public var kind: String?
    /// In this state.
    public var state: JobState?

    /// All that fit what is given.
    public init(queue: String? = nil, kind: String? = nil, state: JobState? = nil) {
        self.queue = queue
        self.kind = kind
        self.state = state
    }
}

/// A job as an operator sees it.
public struct JobRecord: Sendable {
    /// The columns in words: what it is, where it stands, what happened.
    public let id: DatabaseUUID
    /// Where it waits.
    public let queue: String
    /// What it does.
    public let kind: String
    /// Where it stands.
    public let state: JobState
    /// Lower numbers come first.
    public let priority: Int
    /// JSON text.
    public let payload: String
    /// How often it was claimed.
    public let attempt: Int
    /// How often it has failed.
    public let failures: Int
    /// As many failures as this discard it.
    public let maximumFailures: Int
    /// Its failures, as a JSON array; nil when there are none.
    public let errors: String?
    /// Between 0 and 1, as the handler says.
    public let progress: Double?
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let runAt: Int64
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let createdAt: Int64
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let startedAt: Int64?
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let finishedAt: Int64?
    /// Its serial key.
    public let serialKey: String?
    /// Its tenant.
    public let tenant: String?

    static let columns = """
        id, queue, kind, state, priority, payload, attempt, failures, maximum_failures, errors, progress, run_at, created_at, \
        started_at, finished_at, serial_key, tenant
        """
    static let types = [
        DatabaseType.uuid, DatabaseType.text, DatabaseType.text, DatabaseType.integer, DatabaseType.integer, DatabaseType.json,
        DatabaseType.integer, DatabaseType.integer, DatabaseType.integer, DatabaseType.json, DatabaseType.double,
        DatabaseType.timestamp, DatabaseType.timestamp, DatabaseType.timestamp, DatabaseType.timestamp, DatabaseType.text,
        DatabaseType.text,
    ]

    init?(_ rows: QueryResult, row: Int) {
        guard let id = rows.uuid(row, 0), let queue = rows.text(row, 1), let kind = rows.text(row, 2),
            let state = rows.integer(row, 3).flatMap({ JobState(rawValue: Int($0)) }), let priority = rows.integer(row, 4),
            let payload = rows.text(row, 5), let attempt = rows.integer(row, 6), let failures = rows.integer(row, 7),
            let maximumFailures = rows.integer(row, 8), let runAt = rows.integer(row, 11), let createdAt = rows.integer(row, 12)
        else { return nil }
        self.id = id
        self.queue = queue
        self.kind = kind
        self.state = state
        self.priority = Int(priority)
        self.payload = payload
        self.attempt = Int(attempt)
        self.failures = Int(failures)
        self.maximumFailures = Int(maximumFailures)
        errors = rows.text(row, 9)
        progress = rows.double(row, 10)
        self.runAt = runAt
        self.createdAt = createdAt
        startedAt = rows.integer(row, 13)
        finishedAt = rows.integer(row, 14)
        serialKey = rows.text(row, 15)
        tenant = rows.text(row, 16)
    }
}

/// How many jobs of a queue are in a state.
public struct JobCount: Sendable, Equatable {
    /// The queue.
    public let queue: String
    /// The state.
    public let state: JobState
    /// How many.
    public let count: Int
    /// The earliest moment at which one of them could be run, in microseconds since 1970-01-01 00:00 UTC.
    public let oldest: Int64
}

extension JobStore {
    /// Jobs, the latest first.
    ///
    /// Fails as `Database.run` does.
    /// - Parameters:
    ///   - filter: which
    ///   - before: only those enqueued before this one: for the next page
    ///   - limit: at most how many
    public func list(
        _ filter: JobFilter, before: DatabaseUUID? = nil, limit: Int = 50
    ) async throws(DatabaseError) -> [JobRecord] {
        var parameters: [DatabaseValue] = [.integer(limit)]
        var conditions: [String] = []
        func add(_ condition: String, _ value: DatabaseValue) {
            parameters.append(value)
            conditions.append("\(condition) $\(parameters.count)")
        }
        if let queue = filter.queue { add("queue =", .text(queue)) }
        if let kind = filter.kind { add("kind =", .text(kind)) }
        if let state = filter.state { conditions.append("state = \(state.rawValue)") }
        if let before { add("id <", .uuid(before)) }
        let rows = try await database.query(
            """
            SELECT \(JobRecord.columns) FROM hearth_jobs \
            \(conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))") ORDER BY id DESC LIMIT $1
            """, parameters, columns: JobRecord.types, scope: .host)
        return (0..<rows.rowCount).compactMap { JobRecord(rows, row: $0) }
    }

    /// A job by its id; nil when there is none any more. Fails as `Database.run` does.
    public func job(_ id: DatabaseUUID) async throws(DatabaseError) -> JobRecord? {
        let rows = try await database.query(
            "SELECT \(JobRecord.columns) FROM hearth_jobs WHERE id = $1", [.uuid(id)], columns: JobRecord.types, scope: .host)
        return rows.rowCount > 0 ? JobRecord(rows, row: 0) : nil
    }

    /// The lines that runs of a job have written, in their order. Fails as `Database.run` does.
    public func log(of id: DatabaseUUID) async throws(DatabaseError) -> [(at: Int64, attempt: Int, line: String)] {
        let rows = try await database.query(
            "SELECT at, attempt, line FROM hearth_job_log WHERE job_id = $1 ORDER BY id LIMIT 1000", [.uuid(id)],
            columns: [DatabaseType.timestamp, DatabaseType.integer, DatabaseType.text], scope: .host)
        return (0..<rows.rowCount).compactMap { row in
            guard let at = rows.integer(row, 0), let attempt = rows.integer(row, 1), let line = rows.text(row, 2) else {
                return nil
            }
            return (at, Int(attempt), line)
        }
    }

    /// How many jobs there are that are not over, by queue and state. Fails as `Database.run` does.
    public func counts() async throws(DatabaseError) -> [JobCount] {
        let rows = try await database.query(
            "SELECT queue, state, count(*), min(run_at) FROM hearth_jobs WHERE state < 4 GROUP BY queue, state ORDER BY queue, state",
            columns: [DatabaseType.text, DatabaseType.integer, DatabaseType.integer, DatabaseType.timestamp], scope: .host)
        return (0..<rows.rowCount).compactMap { row in
            guard let queue = rows.text(row, 0), let state = rows.integer(row, 1).flatMap({ JobState(rawValue: Int($0)) }),
                let count = rows.integer(row, 2), let oldest = rows.integer(row, 3)
            else { return nil }
            return JobCount(queue: queue, state: state, count: Int(count), oldest: oldest)
        }
    }

    /// Gives a job up. One that is running is asked to end, and is over when its handler returns.
    ///
    /// Fails as `Database.run` does.
    /// - Returns: false when it is over already, or does not exist
    @discardableResult
    public func cancel(_ id: DatabaseUUID) async throws(DatabaseError) -> Bool {
        let moment = now()
        let results = try await database.batch(
            [
                Statement(
                    """
                    UPDATE hearth_job_serials SET used_at = $1 WHERE key = (SELECT serial_key FROM hearth_jobs WHERE id = $2)
                    """, [.timestamp(moment), .uuid(id)]),
                Statement(
                    """
                    UPDATE hearth_jobs SET state = 5, finished_at = $1, prune_at = $2 WHERE id = $3 AND state < 3
                    RETURNING queue
                    """,
                    [.timestamp(moment), .timestamp(moment + JobKind.cancelledRetention.microseconds), .uuid(id)],
                    columns: [DatabaseType.text]),
                Statement(
                    "UPDATE hearth_jobs SET is_cancelling = TRUE WHERE id = $1 AND state = 3 RETURNING queue", [.uuid(id)],
                    columns: [DatabaseType.text]),
                Statement(
                    """
                    UPDATE hearth_jobs SET state = CASE WHEN run_at > $1 THEN 1 ELSE 2 END WHERE state = 0 AND id = (
                        SELECT j.id FROM hearth_jobs AS c JOIN hearth_jobs AS j ON j.serial_key = c.serial_key
                        WHERE c.id = $2 AND j.state < 4 AND j.serial_number = (SELECT min(m.serial_number)
                            FROM hearth_jobs AS m WHERE m.serial_key = c.serial_key AND m.state < 4)) RETURNING queue
                    """, [.timestamp(moment), .uuid(id)], columns: [DatabaseType.text]),
            ], scope: .host)
        bell.ring(Set(results[2...].flatMap { rows in (0..<rows.rowCount).compactMap { rows.text($0, 0) } }))
        return results[1].rowCount + results[2].rowCount > 0
    }

    /// Runs a job as soon as possible: one that is over as if it were new, one that is delayed without the delay. A job of a
    /// serial key goes behind those of its key that are not over.
    ///
    /// Fails as `Database.run` does, with `unique` when another job has its unique key.
    /// - Returns: false when it waits, is available or running already, or does not exist
    @discardableResult
    public func retry(_ id: DatabaseUUID) async throws(DatabaseError) -> Bool {
        let moment = DatabaseValue.timestamp(now())
        let results = try await database.batch(
            [
                Statement(
                    """
                    UPDATE hearth_job_serials SET used_at = $1, last_number = last_number + 1
                    WHERE key = (SELECT serial_key FROM hearth_jobs WHERE id = $2 AND state > 3)
                    """, [moment, .uuid(id)]),
                Statement(
                    """
                    UPDATE hearth_jobs SET failures = 0, run_at = $1, finished_at = NULL, prune_at = NULL, is_cancelling = FALSE,
                    serial_number = (SELECT s.last_number FROM hearth_job_serials AS s WHERE s.key = hearth_jobs.serial_key),
                    state = CASE WHEN serial_key IS NOT NULL AND EXISTS (SELECT 1 FROM hearth_jobs AS o
                        WHERE o.serial_key = hearth_jobs.serial_key AND o.state < 4) THEN 0 ELSE 2 END
                    WHERE id = $2 AND state > 3 RETURNING queue
                    """, [moment, .uuid(id)], columns: [DatabaseType.text]),
                Statement(
                    "UPDATE hearth_jobs SET state = 2, run_at = $1 WHERE id = $2 AND state = 1 RETURNING queue",
                    [moment, .uuid(id)], columns: [DatabaseType.text]),
            ], scope: .host)
        let queues = results[1...].flatMap { rows in (0..<rows.rowCount).compactMap { rows.text($0, 0) } }
        bell.ring(Set(queues))
        return !queues.isEmpty
    }

    /// What makes delayed jobs due now, for a transaction of somebody else: after its commit the caller rings the ``bell`` for the queue.
    ///
    /// - Parameters:
    ///   - queue: of the jobs
    ///   - prefix: what their serial keys begin with, up to a space
    public func hastening(queue: String, serialKeysAfter prefix: String) -> Statement {
        // A space, and what comes next after it in the order of bytes: a range of the index.
        Statement(
            """
            UPDATE hearth_jobs SET state = 2, run_at = $1
            WHERE state = 1 AND queue = $2 AND serial_key >= $3 AND serial_key < $4
            """, [.timestamp(now()), .text(queue), .text(prefix + " "), .text(prefix + "!")])
    }

    /// Stops or lets go on the claiming of a queue's jobs, on all hosts. What runs already goes on.
    ///
    /// Fails as `Database.run` does.
    public func setPaused(_ isPaused: Bool, queue: String) async throws(DatabaseError) {
        _ = try await database.query(
            """
            INSERT INTO hearth_job_queues (name, is_paused) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET is_paused = excluded.is_paused
            """, [.text(queue), .boolean(isPaused)], scope: .host)
        if !isPaused { bell.ring([queue]) }
    }

    /// Whether there are jobs in a queue, or it was paused once. Fails as `Database.run` does.
    public func knows(queue: String) async throws(DatabaseError) -> Bool {
        try await database.query(
            """
            SELECT 1 WHERE EXISTS (SELECT 1 FROM hearth_job_queues WHERE name = $1)
            OR EXISTS (SELECT 1 FROM hearth_jobs WHERE queue = $1)
            """, [.text(queue)], columns: [DatabaseType.integer], scope: .host
        ).rowCount > 0
    }

    /// The queues in which there are jobs, or that were paused or limited once. Fails as `Database.run` does.
    public func queues() async throws(DatabaseError) -> [String] {
        let rows = try await database.query(
            "SELECT queue FROM hearth_jobs UNION SELECT name FROM hearth_job_queues", columns: [DatabaseType.text], scope: .host)
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// Queues whose jobs are not claimed. Fails as `Database.run` does.
    public func pausedQueues() async throws(DatabaseError) -> [String] {
        let rows = try await database.query(
            "SELECT name FROM hearth_job_queues WHERE is_paused = TRUE ORDER BY name", columns: [DatabaseType.text], scope: .host)
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// Notes how far a run has come. Fails as `Database.run` does.
    /// - Returns: false when the job is not this run's any more
    @discardableResult
    public func setProgress(_ progress: Double, of job: ClaimedJob) async throws(DatabaseError) -> Bool {
        try await database.query(
            "UPDATE hearth_jobs SET progress = $1 WHERE id = $2 AND attempt = $3 AND state = 3",
            [.double(min(max(0, progress), 1)), .uuid(job.id), .integer(job.attempt)], scope: .host
        ).affected == 1
    }

    /// Writes a line to a job's log. Fails as `Database.run` does, with `constraint` when the job was pruned.
    public func log(_ line: String, of job: ClaimedJob) async throws(DatabaseError) {
        _ = try await database.query(
            "INSERT INTO hearth_job_log (job_id, id, at, attempt, line) VALUES ($1, $2, $3, $4, $5)",
            [
                .uuid(job.id), .uuid(ids.next()), .timestamp(now()), .integer(job.attempt), .text(String(line.prefix(4_000))),
            ], scope: .host)
    }
}
