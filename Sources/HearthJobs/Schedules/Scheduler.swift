import HearthDatabase
import Synchronization

/// Enqueues the jobs of schedules. Any number of hosts do so at the same time: a tick is a row that one of them moves on, in the
/// transaction that enqueues its job.
public final class Scheduler: Sendable {
    private struct State {
        var schedules: [String: Schedule] = [:]
        var zonesAt: Int64?
        var hasNews = true
    }

    private let store: JobStore
    private let userZones: @Sendable () async throws -> [String]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - store: where the jobs are
    ///   - userZones: the IANA names of the zones in which there are users
    public init(store: JobStore, userZones: @escaping @Sendable () async throws -> [String] = { [] }) {
        self.store = store
        self.userZones = userZones
    }

    /// Lets a schedule tick from now on.
    public func add(_ schedule: Schedule) {
        state.withLock { state in
            state.schedules[schedule.name] = schedule
            state.hasNews = true
        }
    }

    /// Lets a schedule rest: its next tick stays where it is until some host adds it again.
    public func remove(_ name: String) { state.withLock { $0.schedules[name] = nil } }

    /// Enqueues the jobs of all ticks that are due.
    ///
    /// Fails as `Database.transaction` does.
    /// - Returns: the next tick, if there is one, in microseconds since 1970-01-01 00:00 UTC
    @discardableResult
    public func tick() async throws -> Int64? {
        let schedules = state.withLock { $0.schedules }
        guard !schedules.isEmpty else { return nil }
        try await enter(schedules)
        let names = DatabaseValue.list(schedules.keys.map { .text($0) })
        while true {
            let moment = store.now()
            let due = try await store.database.query(
                """
                SELECT name, zone FROM hearth_schedules WHERE next_at <= $1 AND is_paused = FALSE AND name IN ($2)
                ORDER BY next_at LIMIT 100
                """, [.timestamp(moment), names], columns: [DatabaseType.text, DatabaseType.text], scope: .host)
            for row in 0..<due.rowCount {
                guard let name = due.text(row, 0), let zone = due.text(row, 1), let schedule = schedules[name] else { continue }
                try await fire(schedule, zone, at: moment)
            }
            if due.rowCount < 100 { break }
        }
        let next = try await store.database.query(
            "SELECT min(next_at) FROM hearth_schedules WHERE is_paused = FALSE AND name IN ($1)", [names],
            columns: [DatabaseType.timestamp], scope: .host)
        return next.integer(0, 0)
    }

    // MARK: Rows

    /// Sees to it that each schedule has its rows: one, or one a zone in which there are users, which is looked at each minute.
    private func enter(_ schedules: [String: Schedule]) async throws {
        let moment = store.now()
        let (hasNews, looksForZones) = state.withLock { state in
            defer { state.hasNews = false }
            let looks = state.zonesAt.map { moment - $0 >= 60_000_000 || moment < $0 } ?? true
            return (state.hasNews, looks)
        }
        guard hasNews || looksForZones else { return }
        do {
            var zones: [String]?
            for schedule in schedules.values {
                switch schedule.timing {
                case .every: if hasNews { try await enter(schedule, [LocalZone.utc.name], at: moment) }
                case .cron(_, .fixed(let zone)): if hasNews { try await enter(schedule, [zone.name], at: moment) }
                case .cron(_, .users):
                    if zones == nil { zones = try await userZones() }
                    try await enter(schedule, zones ?? [], at: moment)
                }
            }
            state.withLock { $0.zonesAt = moment }
        } catch {
            state.withLock { $0.hasNews = true }
            throw error
        }
    }

    private func enter(_ schedule: Schedule, _ zones: [String], at moment: Int64) async throws {
        let known = try await store.database.query(
            "SELECT zone, timing FROM hearth_schedules WHERE name = $1", [.text(schedule.name)],
            columns: [DatabaseType.text, DatabaseType.text], scope: .host)
        var timings: [String: String] = [:]
        for row in 0..<known.rowCount { if let zone = known.text(row, 0) { timings[zone] = known.text(row, 1) } }
        let text = schedule.timing.text
        var statements: [Statement] = []
        for name in zones where timings[name] != text {
            // Two hosts at once enter the same.
            guard let zone = TimeZones.zone(name), let next = schedule.next(after: moment, in: zone) else { continue }
            statements.append(
                Statement(
                    """
                    INSERT INTO hearth_schedules (name, zone, timing, next_at) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (name, zone) DO UPDATE SET timing = excluded.timing, next_at = excluded.next_at
                    WHERE hearth_schedules.timing <> excluded.timing
                    """, [.text(schedule.name), .text(name), .text(text), .timestamp(next)]))
        }
        // Zones that nobody lives in any more, and those of an earlier timing.
        for name in timings.keys where !zones.contains(name) {
            statements.append(
                Statement("DELETE FROM hearth_schedules WHERE name = $1 AND zone = $2", [.text(schedule.name), .text(name)]))
        }
        for start in stride(from: 0, to: statements.count, by: 500) {
            _ = try await store.database.batch(Array(statements[start..<min(statements.count, start + 500)]), scope: .host)
        }
    }

    // MARK: Ticks

    private func fire(_ schedule: Schedule, _ zoneName: String, at moment: Int64) async throws {
        let zone = TimeZones.zone(zoneName) ?? .utc
        let isRung = try await store.database.transaction(TransactionOptions(scope: .host), attempts: 5) { [store] transaction in
            let row = try await transaction.query(
                """
                SELECT next_at FROM hearth_schedules WHERE name = $1 AND zone = $2 AND next_at <= $3 AND is_paused = FALSE
                FOR UPDATE
                """, [.text(schedule.name), .text(zoneName), .timestamp(moment)], columns: [DatabaseType.timestamp])
            // Another host was faster.
            guard row.rowCount > 0, let first = row.integer(0, 0) else { return false }
            let (ticks, next) = Self.ticks(of: schedule, from: first, to: moment, in: zone)
            var isRung = false
            for tick in ticks {
                let job = try await store.enqueue([Self.job(schedule, zoneName, tick)], in: transaction)[0]
                isRung = isRung || job.isNew
                _ = try await transaction.query(
                    """
                    INSERT INTO hearth_schedule_ticks (name, zone, tick_at, fired_at, job_id) VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (name, zone, tick_at) DO NOTHING
                    """,
                    [
                        .text(schedule.name), .text(zoneName), .timestamp(tick), .timestamp(moment),
                        job.isNew ? .uuid(job.id) : .null,
                    ])
            }
            _ = try await transaction.query(
                "UPDATE hearth_schedules SET next_at = $3 WHERE name = $1 AND zone = $2",
                [.text(schedule.name), .text(zoneName), .timestamp(next)])
            return isRung
        }
        if isRung { store.bell.ring([schedule.kind.queue]) }
    }

    /// The ticks that are to be run of those that are due, and the one after them.
    private static func ticks(
        of schedule: Schedule, from first: Int64, to moment: Int64, in zone: LocalZone
    ) -> (ticks: [Int64], next: Int64) {
        // A tick that never comes again: it rests.
        let next = schedule.next(after: moment, in: zone) ?? 253_402_300_799_000_000
        switch schedule.catchUp {
        case .latest: return (schedule.latest(1, from: first, to: moment, in: zone), next)
        case .none: return (schedule.latest(1, from: first, to: moment, in: zone).filter { moment - $0 <= 60_000_000 }, next)
        case .all: return (schedule.latest(100, from: first, to: moment, in: zone), next)
        }
    }

    private static func job(_ schedule: Schedule, _ zone: String, _ tick: Int64) -> NewJob {
        var job = NewJob(schedule.kind, payload: schedule.payload)
        job.tick = JobTick(schedule: schedule.name, zone: zone, at: tick)
        let key = "schedule:\(schedule.name):\(zone)"
        switch schedule.overlap {
        case .skip: job.uniqueKey = key
        case .queue: job.serialKey = key
        case .allow: break
        }
        return job
    }
}
