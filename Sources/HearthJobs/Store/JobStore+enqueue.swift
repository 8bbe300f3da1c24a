public import HearthDatabase

extension JobStore {
    /// Enqueues jobs in a transaction of somebody else: they are there when it commits, and not at all when it does not. After
    /// the commit the caller rings the ``bell`` for their queues.
    ///
    /// Fails as `DatabaseTransaction.run` does.
    /// - Parameters:
    ///   - jobs: what to do
    ///   - transaction: with what it belongs together
    /// - Returns: one a job, in their order
    public func enqueue(
        _ jobs: [NewJob], in transaction: any DatabaseTransaction
    ) async throws(DatabaseError) -> [EnqueuedJob] {
        var enqueued: [EnqueuedJob] = []
        for plan in plans(of: jobs) {
            enqueued += plan.read(try await transaction.batch(plan.statements, scope: .host))
        }
        return enqueued
    }

    /// Enqueues jobs in a transaction of their own, and rings the bell.
    ///
    /// Fails as `Database.run` does. Jobs beyond ``EnqueuePlan/limit`` take several transactions.
    public func enqueue(_ jobs: [NewJob]) async throws(DatabaseError) -> [EnqueuedJob] {
        var enqueued: [EnqueuedJob] = []
        for plan in plans(of: jobs) {
            enqueued += plan.read(try await database.batch(plan.statements, scope: .host))
        }
        bell.ring(Set(jobs.map(\.queue)))
        return enqueued
    }

    private func plans(of jobs: [NewJob]) -> [EnqueuePlan] {
        let moment = now()
        return stride(from: 0, to: jobs.count, by: EnqueuePlan.limit).map { start in
            EnqueuePlan(jobs[start..<min(jobs.count, start + EnqueuePlan.limit)], now: moment, ids: ids)
        }
    }
}

/// The statements that enqueue some jobs in one round trip, and how their results are read.
struct EnqueuePlan {
    /// How many jobs.
    static let limit = 250

    private(set) var statements: [Statement] = []
    private var made: [DatabaseUUID] = []
    /// The place of the statement that tells who has a job's unique key, by the place of the job.
    private var claims: [Int: Int] = [:]

    init(_ jobs: ArraySlice<NewJob>, now: Int64, ids: UUIDGenerator) {
        var serial = Dictionary(grouping: jobs.compactMap(\.serialKey)) { $0 }.mapValues(\.count)
        // Everybody locks serial keys in the same order.
        for (key, count) in serial.sorted(by: { $0.key < $1.key }) {
            statements.append(Statement(Self.takeNumbers, [.text(key), .integer(Int64(count)), .timestamp(now)]))
        }
        var plain: [[DatabaseValue]] = []
        for job in jobs {
            let id = ids.next()
            let values = Self.values(job, id: id, now: now)
            if let key = job.serialKey, let left = serial[key] {
                serial[key] = left - 1
                statements.append(Statement(Self.serialInsert, values + [.text(key), .integer(Int64(left - 1))]))
            } else if job.uniqueKey != nil {
                statements.append(Statement(Self.insert(rows: 1), values))
            } else {
                plain.append(values)
            }
            if let key = job.uniqueKey {
                claims[made.count] = statements.count
                statements.append(Statement(Self.whoHasKey, [.text(key)], columns: [DatabaseType.uuid]))
            }
            made.append(id)
        }
        var start = 0
        while start < plain.count {
            // Few different texts, since each is prepared.
            let count = plain.count - start >= Self.rows ? Self.rows : 1
            statements.append(Statement(Self.insert(rows: count), plain[start..<start + count].flatMap { $0 }))
            start += count
        }
    }

    func read(_ results: [QueryResult]) -> [EnqueuedJob] {
        made.enumerated().map { place, id in
            guard let claim = claims[place], results[claim].rowCount > 0, let owner = results[claim].uuid(0, 0) else {
                return EnqueuedJob(id: id, isNew: true)
            }
            return EnqueuedJob(id: owner, isNew: owner == id)
        }
    }

    /// How many rows one statement inserts when there are many.
    private static let rows = 25
    private static let columns = [
        "id", "queue", "kind", "state", "priority", "run_at", "payload", "maximum_failures", "tenant", "unique_key",
        "unique_states", "trace", "schedule", "zone", "tick_at", "created_at", "serial_key",
    ]

    private static func values(_ job: NewJob, id: DatabaseUUID, now: Int64) -> [DatabaseValue] {
        let runAt = job.runAt ?? now
        let state = runAt > now ? JobState.scheduled : .available
        let shared: [DatabaseValue] = [
            .uuid(id), .text(job.queue), .text(job.kind), .integer(state.rawValue), .integer(job.priority), .timestamp(runAt),
            .json(job.payload), .integer(job.maximumFailures), .text(job.tenant), .text(job.uniqueKey),
            .integer(job.uniqueKey == nil ? 0 : job.uniqueStates.rawValue), .text(job.trace), .text(job.tick?.schedule),
            .text(job.tick?.zone), .timestamp(job.tick?.at), .timestamp(now),
        ]
        return shared + [.text(job.serialKey)]
    }

    private static let insertOne = insertText(rows: 1)
    private static let insertMany = insertText(rows: rows)

    private static func insert(rows: Int) -> String { rows == 1 ? insertOne : insertMany }

    private static func insertText(rows: Int) -> String {
        let tuples = (0..<rows).map { row in
            "(" + columns.indices.map { "$\(row * columns.count + $0 + 1)" }.joined(separator: ", ") + ")"
        }
        return "INSERT INTO hearth_jobs (\(columns.joined(separator: ", "))) VALUES \(tuples.joined(separator: ", ")) "
            + "ON CONFLICT DO NOTHING"
    }

    private static let takeNumbers = """
        INSERT INTO hearth_job_serials (key, last_number, used_at) VALUES ($1, $2, $3)
        ON CONFLICT (key) DO UPDATE
        SET last_number = hearth_job_serials.last_number + excluded.last_number, used_at = excluded.used_at
        """

    /// Behind an unfinished job of its key it waits. The last parameters are the key again, and how many numbers taken for the
    /// key are left for the jobs after it.
    private static let serialInsert: String = {
        let key = "$\(columns.count + 1)"
        let values = columns.indices.map { index in
            guard columns[index] == "state" else { return "$\(index + 1)" }
            return "CASE WHEN EXISTS (SELECT 1 FROM hearth_jobs WHERE serial_key = \(key) AND state < 4) THEN 0 "
                + "ELSE CAST($\(index + 1) AS integer) END"
        }
        return """
            INSERT INTO hearth_jobs (\(columns.joined(separator: ", ")), serial_number) VALUES (\(values.joined(separator: ", ")),
            (SELECT last_number - $\(columns.count + 2) FROM hearth_job_serials WHERE key = \(key))) ON CONFLICT DO NOTHING
            """
    }()

    private static let whoHasKey = """
        SELECT id FROM hearth_jobs WHERE unique_key = $1 AND unique_key IS NOT NULL AND (unique_states & (1 << state)) <> 0
        """
}
