import HearthKit

/// Reminders of habits, at the local time that their users have chosen.
///
/// Each minute there is one job for each zone in which there are users, however many they are. It tells the devices of a user at
/// once, and publishes an event for whoever knows other ways to remind him.
enum Reminders {
    /// A habit is due and not done yet, at the time that its user has chosen. The key is the user's id.
    static let due = Event<HabitReminder>("habit.reminder_due/1")
    /// Not tried again: a reminder that comes twice is worse than one that does not come when a host dies.
    private static let look = JobKind<Int>("remind", retry: .never)
    /// How many habits are looked at together.
    private static let pageSize = 500

    /// Registers the event, and the job with its schedule.
    static func add(to setup: Setup) {
        setup.declare(due, "A habit is due at the time that its user has chosen. Its key is the user's id.")
        setup.job(look) { job, _ in if let tick = job.tick { try await remind(tick, on: job.context) } }
        setup.schedule("reminders", .cronOfUsers("* * * * *"), look, 0, overlap: .allow, catchUp: .none)
    }

    private static func remind(_ tick: ScheduleTick, on context: Context) async throws {
        let today = Today(now: tick.at, date: try context.date(at: tick.at, in: tick.zone))
        let time = try context.time(at: tick.at, in: tick.zone)
        var page: [Habit] = []
        repeat {
            page = try await context.query(Habit.page(remindedAt: time, after: page.last?.id, limit: pageSize))
            let habits = page.filter { $0.schedule.shows(on: today.date) && !$0.isCompleted(on: today) }
            let users = habits.isEmpty ? [] : try await context.users(Array(Set(habits.map(\.userID))))
            let here = Set(users.filter { $0.timezone == tick.zone }.map(\.id))
            for habit in habits where here.contains(habit.userID) {
                try await context.publish(due, key: "\(habit.userID)", HabitReminder(habit: habit, date: today.date))
                context.tell(habit.userID, .reminderDue, habit: habit.id)
            }
        } while page.count == pageSize
    }
}

/// A habit that is due, as others are told of it.
struct HabitReminder: Output {
    let habit: Habit
    let date: LocalDate

    static let schema = Schema<HabitReminder>("HabitReminder") {
        Field("habit_id") { $0.habit.id }
        Field("user_id") { $0.habit.userID }
        Field("title") { $0.habit.title }
        Field("local_date", .docs("The user's own day.")) { $0.date }
    }
}
