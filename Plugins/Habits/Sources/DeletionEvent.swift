import HearthKit

/// That a user has deleted a habit: what it was, for afterwards nobody knows.
struct DeletionEvent: Output {
    static let deleted = Event<DeletionEvent>("habit.deleted/1")

    let habit: Habit
    let today: Today

    static let schema = Schema<DeletionEvent>("HabitDeletionEvent") {
        Field("habit_id") { $0.habit.id }
        Field("user_id") { $0.habit.userID }
        Field("title") { $0.habit.title }
        Field("category") { $0.habit.category }
        Field("was_in_use", .docs("Whether it was not archived.")) { !$0.habit.isArchived }
        Field("streak_days", .docs("Its streak. A week of a habit that counts weeks is seven days.")) {
            $0.habit.streak.current(on: $0.today.date, by: $0.habit.schedule) * ($0.habit.schedule.countsWeeks ? 7 : 1)
        }
        Field("local_date", .docs("The user's own day.")) { $0.today.date }
        Field("occurred_at") { $0.today.now }
    }
}
