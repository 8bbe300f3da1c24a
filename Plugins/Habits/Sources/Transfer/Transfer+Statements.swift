import HearthKit

/// The statements of files.
extension Completion {
    /// A page of the completions of a user, oldest day first.
    ///
    /// - Parameter last: Day and id of the last one of the page before.
    static func page(of user: UUID, after last: (date: LocalDate, id: UUID)?, limit: Int) -> SQL {
        let rest: SQL = last.map { "AND completed_date >= \($0.date) AND (completed_date > \($0.date) OR id > \($0.id))" } ?? ""
        return """
            SELECT \(columns) FROM habits_completions WHERE user_id = \(user) \(rest) ORDER BY completed_date, id LIMIT \(limit)
            """
    }

    /// How many completions a statement can add: each is 16 of its 5,000 parameters.
    static let mostInsertedTogether = 300

    /// Adds completions, each unless there is one with its id, or one of its habit on its day.
    static func insertionUnlessPresent(_ completions: some Collection<Completion>) -> SQL {
        "\(insertion(of: completions)) ON CONFLICT DO NOTHING"
    }
}

extension Habit {
    /// All habits of a user, which nobody else changes until the transaction ends.
    static func allLocked(of user: UUID) -> SQL {
        "SELECT \(columns) FROM habits WHERE user_id = \(user) ORDER BY id FOR UPDATE"
    }

    /// Adds this habit unless there is one with its id.
    var insertionUnlessPresent: SQL { "\(insertion) ON CONFLICT (id) DO NOTHING" }
}

/// A completed day and its habit.
struct DayOfHabit: Row {
    let habit: UUID
    let day: CompletedDay

    init(row: inout RowReader) throws {
        habit = try row.next()
        day = try CompletedDay(row: &row)
    }

    /// The completed days of all habits of a user from a day on.
    static func list(of user: UUID, from day: LocalDate) -> SQL {
        """
        SELECT habit_id, completed_date, day_ends_at FROM habits_completions
        WHERE user_id = \(user) AND completed_date >= \(day)
        """
    }

    /// A page of the completed days of habits, each habit's together in ascending order.
    static func page(ofHabits ids: [UUID], after last: DayOfHabit?, limit: Int) -> SQL {
        let rest: SQL =
            last.map { "AND (habit_id > \($0.habit) OR habit_id = \($0.habit) AND completed_date > \($0.day.date))" } ?? ""
        return """
            SELECT habit_id, completed_date, day_ends_at FROM habits_completions WHERE habit_id IN \(in: ids) \(rest)
            ORDER BY habit_id, completed_date LIMIT \(limit)
            """
    }
}
