import HearthKit

/// A habit with the number of its completions in a week.
struct HabitInWeek: Row {
    let habit: Habit
    let completions: Int

    init(habit: Habit, completions: Int) {
        self.habit = habit
        self.completions = completions
    }

    init(row: inout RowReader) throws {
        habit = try Habit(row: &row)
        completions = try row.next()
    }

    private static let count: SQLFragment =
        "SELECT count(*) FROM habits_completions WHERE habit_id = habits.id AND completed_date"

    /// The habits of a user that are in use, in their order.
    static func list(of user: UUID, in week: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT \(Habit.columns), (\(count) BETWEEN \(week.lowerBound) AND \(week.upperBound)) FROM habits
        WHERE user_id = \(user) AND archived_at IS NULL ORDER BY position, created_at, id
        """
    }

    /// A habit of a user, which nobody else changes until the transaction ends.
    static func locked(_ id: UUID, of user: UUID, in week: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT \(Habit.columns), (\(count) BETWEEN \(week.lowerBound) AND \(week.upperBound)) FROM habits
        WHERE id = \(id) AND user_id = \(user) FOR UPDATE
        """
    }
}
