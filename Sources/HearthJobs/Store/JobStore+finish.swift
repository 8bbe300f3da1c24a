public import HearthDatabase
import HearthJSON

/// The end of a run, to be written down.
public struct FinishedRun: Sendable {
    /// What was run.
    public let job: ClaimedJob
    /// What became of it; nil when the host gives it back without having run it to the end.
    public let outcome: JobOutcome?
    /// What happens after a failure.
    public let retry: RetryPolicy
    /// How long a completed job is kept.
    public let retention: Duration
    /// It was asked to end: a failure then is the end.
    public let isCancelled: Bool

    /// - Parameters:
    ///   - job: what was run
    ///   - outcome: what became of it; nil to give it back
    ///   - kind: how long it is kept, and what happens after a failure; nil for a kind that is not known here
    ///   - isCancelled: whether it was asked to end
    public init(_ job: ClaimedJob, _ outcome: JobOutcome?, kind: JobKind?, isCancelled: Bool = false) {
        self.job = job
        self.outcome = outcome
        retry = kind?.retry ?? .standard
        retention = kind?.retention ?? .seconds(86_400)
        self.isCancelled = isCancelled
    }
}

extension JobStore {
    /// Writes down how runs ended, in one transaction, and lets the next jobs of their serial keys go. A run whose job was taken
    /// over meanwhile changes nothing: the attempt decides.
    ///
    /// Fails as `Database.run` does; then nothing was written, unless the error is uncertain.
    /// - Returns: the state of each job that was this run's still, by its id
    @discardableResult
    public func finish(_ runs: [FinishedRun]) async throws(DatabaseError) -> [DatabaseUUID: JobState] {
        var states: [DatabaseUUID: JobState] = [:]
        for start in stride(from: 0, to: runs.count, by: 200) {
            let part = Array(runs[start..<min(runs.count, start + 200)])
            do {
                states.merge(try await write(part)) { $1 }
            } catch  where error.kind == .unique {
                // A job cannot be tried again: another one has its unique key. The others must not suffer for it.
                for run in part { states.merge(try await writeAlone(run)) { $1 } }
            }
        }
        return states
    }

    private func writeAlone(_ run: FinishedRun) async throws(DatabaseError) -> [DatabaseUUID: JobState] {
        do {
            return try await write([run])
        } catch  where error.kind == .unique {
            let superseded = FinishedRun(
                run.job, .cancelled(reason: "another job has the unique key meanwhile"), kind: nil)
            return try await write([superseded])
        }
    }

    private func write(_ runs: [FinishedRun]) async throws(DatabaseError) -> [DatabaseUUID: JobState] {
        let moment = now()
        let verdicts = runs.map { Verdict($0, now: moment) }
        var statements: [Statement] = []
        var endings: [Int: JobState] = [:]
        let keys = Set(
            zip(runs, verdicts).compactMap { run, verdict in
                verdict.state.rawValue > 3 || verdict.isDeleted ? run.job.serialKey : nil
            }
        ).sorted()
        if !keys.isEmpty { statements.append(Self.lock(keys, at: moment)) }
        var together: [Group: [DatabaseValue]] = [:]
        for (run, verdict) in zip(runs, verdicts) {
            if verdict.isPlain {
                together[Group(attempt: run.job.attempt, pruneAt: verdict.pruneAt), default: []].append(.uuid(run.job.id))
            } else {
                endings[statements.count] = verdict.state
                statements.append(verdict.statement(run.job, now: moment))
            }
        }
        for (group, ids) in together {
            endings[statements.count] = .completed
            statements.append(group.statement(ids, now: moment))
        }
        let promotion = keys.isEmpty ? nil : statements.count
        if promotion != nil { statements.append(Self.promote(keys, at: moment)) }
        let results = try await database.batch(statements, scope: .host)
        var states: [DatabaseUUID: JobState] = [:]
        for (place, state) in endings {
            for row in 0..<results[place].rowCount { if let id = results[place].uuid(row, 0) { states[id] = state } }
        }
        var queues: Set<String> = []
        if let promotion {
            for row in 0..<results[promotion].rowCount { if let queue = results[promotion].text(row, 0) { queues.insert(queue) } }
        }
        for (run, verdict) in zip(runs, verdicts) where verdict.state == .available { queues.insert(run.job.queue) }
        bell.ring(queues)
        return states
    }

    /// Locks serial keys, in their order. It writes, so that a transaction that looks at an older state fails instead of seeing it.
    static func lock(_ keys: [String], at moment: Int64) -> Statement {
        Statement(
            """
            WITH locked AS (SELECT key FROM hearth_job_serials WHERE key IN ($1) ORDER BY key FOR UPDATE)
            UPDATE hearth_job_serials SET used_at = $2 WHERE key IN (SELECT key FROM locked)
            """, [.list(keys.map { .text($0) }), .timestamp(moment)])
    }

    /// Lets the first unfinished job of each serial key go, if it waits.
    static func promote(_ keys: [String], at moment: Int64) -> Statement {
        Statement(
            """
            UPDATE hearth_jobs SET state = CASE WHEN run_at > $1 THEN 1 ELSE 2 END WHERE state = 0 AND id IN (
                SELECT (SELECT j.id FROM hearth_jobs AS j WHERE j.serial_key = s.key AND j.state < 4 AND j.serial_number = (
                    SELECT min(m.serial_number) FROM hearth_jobs AS m WHERE m.serial_key = s.key AND m.state < 4))
                FROM hearth_job_serials AS s WHERE s.key IN ($2)) RETURNING queue
            """, [.timestamp(moment), .list(keys.map { .text($0) })], columns: [DatabaseType.text])
    }

    /// Completed runs that are written down by one statement.
    private struct Group: Hashable {
        let attempt: Int
        /// Nil to delete them.
        let pruneAt: Int64?

        func statement(_ ids: [DatabaseValue], now: Int64) -> Statement {
            guard let pruneAt else {
                return Statement(
                    "DELETE FROM hearth_jobs WHERE id IN ($1) AND attempt = $2 AND state = 3 RETURNING id",
                    [.list(ids), .integer(attempt)], columns: [DatabaseType.uuid])
            }
            return Statement(
                """
                UPDATE hearth_jobs SET state = 4, worker = NULL, finished_at = $1, prune_at = $2
                WHERE id IN ($3) AND attempt = $4 AND state = 3 RETURNING id
                """, [.timestamp(now), .timestamp(pruneAt), .list(ids), .integer(attempt)], columns: [DatabaseType.uuid])
        }
    }
}

/// What a run's outcome means for its job.
private struct Verdict {
    var state: JobState
    var runAt: Int64
    var failures: Int
    var errors: String?
    var pruneAt: Int64?
    var isDeleted = false

    init(_ run: FinishedRun, now: Int64) {
        let job = run.job
        state = .available
        runAt = job.runAt
        failures = job.failures
        errors = job.errors
        switch run.outcome {
        case nil: if run.isCancelled { cancel("cancelled while the host stopped", job, now) }
        case .completed?:
            state = .completed
            isDeleted = run.retention <= .zero
            pruneAt = isDeleted ? nil : now + run.retention.microseconds
        case .snoozed(let pause)?:
            if run.isCancelled { cancel("cancelled", job, now) } else { delay(until: now + max(0, pause.microseconds), now) }
        case .cancelled(let reason)?: cancel(reason, job, now)
        case .failed(let failure)?:
            if run.isCancelled { cancel(failure.message, job, now) } else { fail(failure, run, now) }
        }
    }

    private mutating func fail(_ failure: JobFailure, _ run: FinishedRun, _ now: Int64) {
        failures += 1
        note(failure.message, run.job, now)
        guard !failure.isFinal, failures < run.job.maximumFailures else {
            state = .discarded
            pruneAt = now + JobKind.discardedRetention.microseconds
            return
        }
        // A policy that was shortened meanwhile has no pause for what was promised before: its last one.
        let pause = failure.retryAfter ?? run.retry.pause(after: failures) ?? run.retry.pause(after: run.retry.retries) ?? .zero
        delay(until: now + max(0, pause.microseconds), now)
    }

    private mutating func delay(until moment: Int64, _ now: Int64) {
        runAt = moment
        state = moment > now ? .scheduled : .available
    }

    private mutating func cancel(_ reason: String, _ job: ClaimedJob, _ now: Int64) {
        state = .cancelled
        pruneAt = now + JobKind.cancelledRetention.microseconds
        note(reason, job, now)
    }

    private mutating func note(_ message: String, _ job: ClaimedJob, _ now: Int64) {
        var list: [JSONValue] = []
        if let errors, case .array(let known)? = try? JSONValue(parsing: errors) { list = known }
        list.append(
            .object([
                "attempt": .integer(Int64(job.attempt)), "at": .integer(now), "message": .string(String(message.prefix(2_000))),
            ]))
        errors = JSONValue.array(list.suffix(JobKind.keptErrors)).text
    }

    /// Completed, with nothing else to tell.
    var isPlain: Bool { state == .completed }

    func statement(_ job: ClaimedJob, now: Int64) -> Statement {
        let isOver = state.rawValue > 3
        return Statement(
            """
            UPDATE hearth_jobs SET state = $1, run_at = $2, failures = $3, errors = $4, finished_at = $5, prune_at = $6,
            worker = NULL, is_cancelling = FALSE WHERE id = $7 AND attempt = $8 AND state = 3 RETURNING id
            """,
            [
                .integer(state.rawValue), .timestamp(runAt), .integer(failures), errors.map { .json($0) } ?? .null,
                isOver ? .timestamp(now) : .null, .timestamp(pruneAt), .uuid(job.id), .integer(job.attempt),
            ], columns: [DatabaseType.uuid])
    }
}
