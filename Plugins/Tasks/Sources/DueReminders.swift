import HearthKit

/// Tells users that the time has come at which a task is due, by their own clock.
///
/// Each minute there is one job for each zone in which there are users, however many they are.
enum DueReminders {
    /// Not tried again: a reminder that comes late is worse than none.
    private static let look = JobKind<Int>("remind_of_due", retry: .never)
    /// How many tasks are looked at together.
    private static let pageSize = 500

    /// Registers the job with its schedule.
    static func add(to setup: Setup) {
        setup.job(look) { job, _ in if let tick = job.tick { try await remind(tick, on: job.context) } }
        setup.schedule("due", .cronOfUsers("* * * * *"), look, 0, overlap: .allow, catchUp: .none)
    }

    private static func remind(_ tick: ScheduleTick, on context: Context) async throws {
        guard context.provides(Notifications.name) else { return }
        let date = try context.date(at: tick.at, in: tick.zone)
        let times = try minute(of: tick, on: context)
        var page: [UserTask] = []
        repeat {
            page = try await context.query(UserTask.page(due: date, in: times, after: page.last?.id, limit: pageSize))
            let users = page.isEmpty ? [] : try await context.users(Array(Set(page.map(\.userID))))
            let here = Set(users.filter { $0.timezone == tick.zone }.map(\.id))
            for task in page where here.contains(task.userID) {
                _ = try await context.call(Notifications.send, TaskNotification(due: task))
            }
        } while page.count == pageSize
    }

    /// What the clock of a zone shows in the minute of a tick. When it was set forward just before, what it has skipped is part of
    /// it, since no other minute will be.
    private static func minute(of tick: ScheduleTick, on context: Context) throws -> ClosedRange<LocalTime> {
        let now = try context.time(at: tick.at, in: tick.zone)
        let before = try context.time(at: tick.at + .seconds(-60), in: tick.zone)
        let first = before < now ? min(now, LocalTime(microseconds: before.microseconds + 60_000_000)) : now
        return first...LocalTime(microseconds: now.microseconds + 59_999_999)
    }
}
