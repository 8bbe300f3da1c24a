public import HearthDatabase

/// A job as its worker's row sees it.
struct HeldJob: Hashable {
    let id: DatabaseUUID
    let attempt: Int
}

/// What there is to do, found out in one round trip.
struct JobNews {
    /// The worker's jobs, and whether each is to be cancelled; nil when the worker's lease was taken away.
    var held: [HeldJob: Bool]?
    /// When the next delayed job is due.
    var nextDue: Int64?
    /// Queues among those asked for in which jobs are available.
    var available: Set<String> = []
    /// There are running jobs whose worker is gone.
    var hasOrphans = false
}

extension JobStore {
    /// Notes that a worker lives.
    ///
    /// - Parameters:
    ///   - worker: its id
    ///   - name: of the host, for operators
    ///   - lease: how long its jobs stay its own without another sign of life
    func enter(worker: DatabaseUUID, name: String, lease: Duration) async throws(DatabaseError) {
        _ = try await database.query(
            """
            INSERT INTO hearth_job_workers (id, name, lease_until) VALUES ($1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until
            """, [.uuid(worker), .text(name), .timestamp(now() + lease.microseconds)], scope: .host)
    }

    /// A worker ends; its jobs have been finished or given back.
    func leave(worker: DatabaseUUID) async throws(DatabaseError) {
        _ = try await database.query("DELETE FROM hearth_job_workers WHERE id = $1", [.uuid(worker)], scope: .host)
    }

    /// Renews the lease of a worker.
    ///
    /// - Returns: false when it was taken away: its jobs are others' now
    func renew(worker: DatabaseUUID, lease: Duration) async throws(DatabaseError) -> Bool {
        try await database.query(
            "UPDATE hearth_job_workers SET lease_until = $2 WHERE id = $1",
            [.uuid(worker), .timestamp(now() + lease.microseconds)], scope: .host
        ).affected == 1
    }

    /// Looks what there is to do.
    func news(for worker: DatabaseUUID, idleQueues: [String]) async throws(DatabaseError) -> JobNews {
        let moment = DatabaseValue.timestamp(now())
        var statements = [
            Statement("SELECT id FROM hearth_job_workers WHERE id = $1", [.uuid(worker)], columns: [DatabaseType.uuid]),
            Statement(
                "SELECT id, attempt, is_cancelling FROM hearth_jobs WHERE state = 3 AND worker = $1", [.uuid(worker)],
                columns: [DatabaseType.uuid, DatabaseType.integer, DatabaseType.boolean]),
            Statement("SELECT min(run_at) FROM hearth_jobs WHERE state = 1", columns: [DatabaseType.timestamp]),
            Statement(
                """
                SELECT id FROM hearth_jobs WHERE state = 3 AND NOT EXISTS (
                    SELECT 1 FROM hearth_job_workers AS w
                    WHERE w.id = hearth_jobs.worker AND (w.lease_until > $1 OR w.id = $2)) LIMIT 1
                """, [moment, .uuid(worker)], columns: [DatabaseType.uuid]),
        ]
        for queue in idleQueues {
            statements.append(
                Statement(
                    "SELECT queue FROM hearth_jobs WHERE state = 2 AND queue = $1 LIMIT 1", [.text(queue)],
                    columns: [DatabaseType.text]))
        }
        let results = try await database.batch(statements, scope: .host)
        var news = JobNews()
        if results[0].rowCount > 0 {
            var held: [HeldJob: Bool] = [:]
            for row in 0..<results[1].rowCount {
                guard let id = results[1].uuid(row, 0), let attempt = results[1].integer(row, 1) else { continue }
                held[HeldJob(id: id, attempt: Int(attempt))] = results[1].boolean(row, 2)
            }
            news.held = held
        }
        news.nextDue = results[2].integer(0, 0)
        news.hasOrphans = results[3].rowCount > 0
        news.available = Set(results[4...].compactMap { $0.rowCount > 0 ? $0.text(0, 0) : nil })
        return news
    }

    /// Makes delayed jobs available whose time has come.
    ///
    /// Fails as `Database.run` does.
    /// - Returns: how many
    @discardableResult
    public func release() async throws(DatabaseError) -> Int {
        var count = 0
        while true {
            let rows = try await database.query(
                """
                WITH due AS (
                    SELECT id FROM hearth_jobs WHERE state = 1 AND run_at <= $1 ORDER BY run_at LIMIT 500 FOR UPDATE SKIP LOCKED)
                UPDATE hearth_jobs SET state = 2 WHERE id IN (SELECT id FROM due) RETURNING queue
                """, [.timestamp(now())], columns: [DatabaseType.text], scope: .host)
            count += rows.rowCount
            bell.ring(Set((0..<rows.rowCount).compactMap { rows.text($0, 0) }))
            if rows.rowCount < 500 { return count }
        }
    }

    /// Takes the jobs of workers that are gone: each has failed once more, and runs again at once unless that was its last try.
    ///
    /// Fails as `Database.run` does.
    /// - Parameter worker: who looks: it is alive, however late with its sign of life because its clock was set or the machine
    ///   slept
    /// - Returns: their states now
    @discardableResult
    public func reap(for worker: DatabaseUUID) async throws(DatabaseError) -> [DatabaseUUID: JobState] {
        let moment = now()
        let rows = try await database.query(
            """
            SELECT \(ClaimedJob.columns) FROM hearth_jobs WHERE state = 3 AND NOT EXISTS (
                SELECT 1 FROM hearth_job_workers AS w
                WHERE w.id = hearth_jobs.worker AND (w.lease_until > $1 OR w.id = $2)) LIMIT 1000
            """, [.timestamp(moment), .uuid(worker)], columns: ClaimedJob.types, scope: .host)
        let failure = JobFailure("the host that ran it is gone", retryAfter: .zero)
        let states = try await finish(ClaimedJob.all(rows).map { FinishedRun($0, .failed(failure), kind: nil) })
        _ = try await database.query(
            """
            DELETE FROM hearth_job_workers WHERE lease_until <= $1 AND id <> $2
            AND NOT EXISTS (SELECT 1 FROM hearth_jobs AS j WHERE j.state = 3 AND j.worker = hearth_job_workers.id)
            """, [.timestamp(moment), .uuid(worker)], scope: .host)
        return states
    }

    /// Deletes what was kept for long enough.
    ///
    /// Fails as `Database.run` does.
    /// - Returns: how many jobs
    @discardableResult
    public func prune() async throws(DatabaseError) -> Int {
        let moment = now()
        var count = 0
        while true {
            let rows = try await database.query(
                """
                DELETE FROM hearth_jobs WHERE id IN (
                    SELECT id FROM hearth_jobs WHERE state > 3 AND prune_at <= $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)
                """, [.timestamp(moment)], scope: .host)
            count += rows.affected
            if rows.affected < 1000 { break }
        }
        // Dead letters that can be run again need their key's row.
        let old = DatabaseValue.timestamp(moment - Duration.seconds(30 * 86_400).microseconds)
        _ = try await database.batch(
            [
                Statement(
                    """
                    DELETE FROM hearth_job_serials WHERE used_at < $1 AND NOT EXISTS (
                        SELECT 1 FROM hearth_jobs AS j WHERE j.serial_key = hearth_job_serials.key AND j.state < 4)
                    """, [old]),
                Statement("DELETE FROM hearth_schedule_ticks WHERE fired_at < $1", [old]),
            ], scope: .host)
        return count
    }
}
