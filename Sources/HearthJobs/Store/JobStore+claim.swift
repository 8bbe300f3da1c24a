public import HearthDatabase

/// What a claim brought.
public struct Claim: Sendable {
    /// The jobs that are to be run now.
    public var jobs: [ClaimedJob] = []
    /// When a limit may let more begin, in microseconds since 1970-01-01 00:00 UTC; nil when no limit held any back.
    public var retryAt: Int64?
    /// The last tenant that had a turn.
    var tenant = ""
}

extension JobStore {
    /// Takes available jobs of a queue for a worker: the first ones by priority and time, as far as the queue's limits allow.
    ///
    /// Two workers never get the same job, and neither waits for the other unless the queue is limited.
    /// Fails as `Database.run` does.
    /// - Parameters:
    ///   - queue: where from
    ///   - rules: the queue's limits
    ///   - limit: at most how many
    ///   - worker: who runs them
    ///   - tenant: in a fair queue, the tenant who had the last turn
    public func claim(
        from queue: String, rules: QueueRules = QueueRules(), limit: Int, worker: DatabaseUUID, after tenant: String = ""
    ) async throws -> Claim {
        let claim = Claiming(store: self, queue: queue, isFair: rules.isFair, worker: worker, now: now())
        guard rules.isLimited else {
            return try await claim.take(limit, after: tenant) { [database] statement throws(DatabaseError) in
                try await database.batch([statement], scope: .host)[0]
            }
        }
        return try await database.transaction(TransactionOptions(scope: .host), attempts: 5) { transaction in
            try await claim.take(limit, within: rules, after: tenant, in: transaction)
        }
    }
}

/// A claim on its way.
private struct Claiming: Sendable {
    let store: JobStore
    let queue: String
    let isFair: Bool
    let worker: DatabaseUUID
    let now: Int64

    /// A tenant gets this many jobs before another one may have more.
    private static let turns = 3

    /// Claims in a limited queue, whose row is locked meanwhile: limits are counted by one host at a time.
    func take(
        _ limit: Int, within rules: QueueRules, after tenant: String, in transaction: any DatabaseTransaction
    ) async throws -> Claim {
        let results = try await transaction.batch([
            Statement(
                "INSERT INTO hearth_job_queues (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", [.text(queue)]),
            Statement(
                "SELECT tokens, tokens_at FROM hearth_job_queues WHERE name = $1 FOR UPDATE", [.text(queue)],
                columns: [DatabaseType.double, DatabaseType.timestamp]),
            Statement(
                "SELECT count(*) FROM hearth_jobs WHERE queue = $1 AND state = 3", [.text(queue)],
                columns: [DatabaseType.integer]),
        ])
        var allowed = limit
        if let concurrency = rules.concurrency { allowed = min(allowed, concurrency - Int(results[2].integer(0, 0) ?? 0)) }
        var bucket = rules.budget.map { TokenBucket($0, tokens: results[1].double(0, 0), at: results[1].integer(0, 1), now: now) }
        if let bucket { allowed = min(allowed, bucket.whole) }
        guard allowed > 0 else {
            var claim = Claim()
            claim.retryAt = bucket.map { $0.nextAt } ?? now + 1_000_000
            claim.tenant = tenant
            return claim
        }
        var claim = try await take(allowed, after: tenant) { statement throws(DatabaseError) in
            try await transaction.batch([statement], scope: .host)[0]
        }
        bucket?.take(claim.jobs.count)
        if let bucket {
            _ = try await transaction.query(
                "UPDATE hearth_job_queues SET tokens = $2, tokens_at = $3 WHERE name = $1",
                [.text(queue), .double(bucket.tokens), .timestamp(bucket.at)])
            if claim.jobs.count == allowed, allowed < limit { claim.retryAt = bucket.nextAt }
        }
        return claim
    }

    func take(
        _ limit: Int, after tenant: String, _ run: (Statement) async throws(DatabaseError) -> QueryResult
    ) async throws(DatabaseError) -> Claim {
        var claim = Claim()
        claim.tenant = tenant
        if isFair {
            var rounds = 0
            while rounds < Self.turns, claim.jobs.count < limit {
                let rest = limit - claim.jobs.count
                let jobs = ClaimedJob.all(
                    try await run(
                        Statement(
                            Self.fair, [.text(queue), .text(claim.tenant), .integer(rest), .uuid(worker), .timestamp(now)],
                            columns: ClaimedJob.types)))
                claim.jobs += jobs
                guard jobs.count < rest else {
                    claim.tenant = jobs.compactMap(\.tenant).max() ?? ""
                    break
                }
                // Everybody after the last one had a turn: on from the beginning.
                if claim.tenant.isEmpty {
                    rounds += 1
                    if jobs.isEmpty { break }
                }
                claim.tenant = ""
            }
        }
        guard claim.jobs.count < limit else { return claim }
        claim.jobs += ClaimedJob.all(
            try await run(
                Statement(
                    Self.ordered, [.text(queue), .integer(limit - claim.jobs.count), .uuid(worker), .timestamp(now)],
                    columns: ClaimedJob.types)))
        return claim
    }

    private static let unpaused =
        "NOT EXISTS (SELECT 1 FROM hearth_job_queues AS q WHERE q.name = $1 AND q.is_paused = TRUE)"

    private static let ordered = """
        WITH chosen AS (
            SELECT id FROM hearth_jobs WHERE state = 2 AND queue = $1 AND \(unpaused)
            ORDER BY priority, run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
        UPDATE hearth_jobs SET state = 3, attempt = attempt + 1, worker = $3, started_at = $4, progress = NULL
        WHERE id IN (SELECT id FROM chosen) RETURNING \(ClaimedJob.columns)
        """

    /// The first job of each tenant, by the tenants' names after the last one who had a turn: found by one step in the index a
    /// tenant, however many jobs each has.
    private static let fair = """
        WITH RECURSIVE tenants(tenant) AS (
            SELECT (SELECT min(f.tenant) FROM hearth_jobs AS f WHERE f.state = 2 AND f.queue = $1 AND f.tenant > $2)
            UNION ALL
            SELECT (SELECT min(n.tenant) FROM hearth_jobs AS n WHERE n.state = 2 AND n.queue = $1 AND n.tenant > t.tenant)
            FROM tenants AS t WHERE t.tenant IS NOT NULL),
        heads AS (
            SELECT (SELECT h.id FROM hearth_jobs AS h WHERE h.state = 2 AND h.queue = $1 AND h.tenant = x.tenant
                ORDER BY h.priority, h.run_at, h.id LIMIT 1) AS id
            FROM tenants AS x WHERE x.tenant IS NOT NULL LIMIT $3),
        chosen AS (
            SELECT id FROM hearth_jobs WHERE state = 2 AND id IN (SELECT id FROM heads) AND \(unpaused) FOR UPDATE SKIP LOCKED)
        UPDATE hearth_jobs SET state = 3, attempt = attempt + 1, worker = $4, started_at = $5, progress = NULL
        WHERE id IN (SELECT id FROM chosen) RETURNING \(ClaimedJob.columns)
        """
}

/// How many runs a budget lets begin.
struct TokenBucket {
    private let budget: QueueRules.Budget
    private(set) var tokens: Double
    /// The moment of ``tokens``.
    let at: Int64

    /// The bucket of before, filled since then; a full one when there was none.
    init(_ budget: QueueRules.Budget, tokens: Double?, at: Int64?, now: Int64) {
        self.budget = budget
        self.at = max(now, at ?? now)
        guard let tokens, let at else {
            self.tokens = Double(budget.capacity)
            return
        }
        let gained = Double(max(0, now - at)) * Double(budget.capacity) / Double(budget.period.microseconds)
        self.tokens = min(Double(budget.capacity), tokens + gained)
    }

    /// Tokens that are there; what is missing by rounding alone is there.
    var whole: Int { Int((tokens + 1e-6).rounded(.down)) }

    mutating func take(_ count: Int) { tokens -= Double(count) }

    /// When the next token is there.
    var nextAt: Int64 {
        let missing = max(0, 1 - tokens)
        return at + Int64((missing * Double(budget.period.microseconds) / Double(budget.capacity)).rounded(.up)) + 1
    }
}
