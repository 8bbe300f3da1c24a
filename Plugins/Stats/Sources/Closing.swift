import HearthKit

/// Closes days when they are over where their users are: notes how many habits were due, which can be found out later only as far
/// as the habits are still what they were.
enum Closing {
    private static let job = JobKind<Int>("aggregate_daily_stats")
    /// How many users are looked at together; `habits/1` takes no more.
    private static let pageSize = 500

    /// Registers the job, and its schedule: midnight of each user.
    static func add(to setup: Setup) {
        setup.job(job) { job, _ in
            guard let tick = job.tick else { return }
            try await close(job.context.date(at: tick.at, in: tick.zone) - 1, in: tick.zone, on: job.context)
        }
        setup.schedule("aggregate_daily_stats", .cronOfUsers("0 0 * * *"), job, 0, overlap: .queue, catchUp: .all)
    }

    /// Closes a day of all users of a zone, in a number of statements that does not grow with what they have.
    private static func close(_ date: LocalDate, in zone: String, on context: Context) async throws {
        var page: [UUID] = []
        repeat {
            page = try await context.query(Person.open(on: date, in: zone, after: page.last, limit: pageSize))
            guard !page.isEmpty else { return }
            let asked = DueOfUsers(userIDs: page, date: date, timezone: zone)
            // Without habits nothing is due, and nothing is to be noted.
            guard let reply = try await context.call(HabitsService.dueTotals, asked) else { return }
            let due = Dictionary(reply.totals.map { ($0.userID, $0.due) }, uniquingKeysWith: { first, _ in first })
            let groups = Dictionary(grouping: page) { due[$0] ?? 0 }
            try await context.execute(
                [Person.closing(page, on: date)]
                    + groups.sorted { $0.key < $1.key }.map { Day.close(date, of: $0.value, due: $0.key) })
        } while page.count == pageSize
    }
}
