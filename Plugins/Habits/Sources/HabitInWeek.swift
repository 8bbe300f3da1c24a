import HearthKit

/// A habit with the number of its completions in a week.
struct HabitInWeek: Row {
    let habit: Habit
    let completions: Int

    init(row: inout RowReader) throws {
        habit = try Habit(row: &row)
        completions = try row.next()
    }

    /// The habits of a user that are in use, in their order.
    static func list(of user: UUID, in week: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT \(Habit.columns), (SELECT count(*) FROM habits_completions
            WHERE habit_id = habits.id AND completed_date BETWEEN \(week.lowerBound) AND \(week.upperBound))
        FROM habits WHERE user_id = \(user) AND archived_at IS NULL ORDER BY position, created_at, id
        """
    }
}
