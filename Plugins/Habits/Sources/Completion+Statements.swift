import HearthKit

/// The statements on the table of completions.
extension Completion {
    static let columns: SQL = """
        id, habit_id, user_id, completed_date, day_ends_at, completed_at, is_backfilled, notes, difficulty_rating, mood_rating, \
        value, base_xp, xp_earned, coins_earned, streak, created_at
        """

    /// A page of the completions of a habit, newest day first.
    static func history(ofHabit id: UUID, limit: Int, offset: Int) -> SQL {
        """
        SELECT \(columns) FROM habits_completions WHERE habit_id = \(id)
        ORDER BY completed_date DESC LIMIT \(limit) OFFSET \(offset)
        """
    }

    /// A page of the completions of a user, newest day first.
    static func history(of user: UUID, _ page: CompletionHistoryQuery) -> SQL {
        """
        SELECT \(columns) FROM habits_completions
        WHERE user_id = \(user) AND habit_id = coalesce(\(page.habitID), habit_id)
            AND completed_date BETWEEN \(page.startDate ?? .distantPast) AND \(page.endDate ?? .distantFuture)
        ORDER BY completed_date DESC, created_at DESC, id DESC LIMIT \(page.limit) OFFSET \(page.offset)
        """
    }

    /// The completions that make a user's habits completed today, the latest first.
    static func today(_ today: Today, of user: UUID) -> SQL {
        // A day lasts up to 26 hours more after a change of zone, so older dates need not be looked at.
        """
        SELECT \(columns) FROM habits_completions
        WHERE user_id = \(user) AND completed_date >= \(today.date - 3)
            AND (completed_date >= \(today.date) OR day_ends_at > \(today.now))
        ORDER BY created_at DESC, id DESC
        """
    }

    /// How many completions a habit has in a range of days.
    static func count(ofHabit id: UUID, in days: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT count(*) FROM habits_completions
        WHERE habit_id = \(id) AND completed_date BETWEEN \(days.lowerBound) AND \(days.upperBound)
        """
    }

    /// A page of the completions of all users, in the order in which they were entered.
    static func page(after last: UUID?, limit: Int) -> SQL {
        let rest: SQL = last.map { "WHERE id > \($0)" } ?? ""
        return "SELECT \(columns) FROM habits_completions \(rest) ORDER BY id LIMIT \(limit)"
    }

    /// Removes a completion and tells what it was.
    static func deletion(_ id: UUID) -> SQL {
        "DELETE FROM habits_completions WHERE id = \(id) RETURNING \(columns)"
    }

    /// Adds this completion; refused when its habit has one on the same day.
    var insertion: SQL { Self.insertion(of: [self]) }

    /// Adds completions, of which there must be one at least.
    static func insertion(of completions: some Collection<Completion>) -> SQL {
        "INSERT INTO habits_completions (\(columns)) VALUES \(SQL(completions.map(\.values)))"
    }

    private var values: SQL {
        """
        (\(id), \(habitID), \(userID), \(day.date), \(day.endsAt), \(completedAt), \(isBackfilled), \(notes), \
        \(difficultyRating), \(moodRating), \(value), \(baseXP), \(xpEarned), \(coinsEarned), \(streak), \(createdAt))
        """
    }
}

extension LocalDate {
    /// Before every date that can be sent.
    fileprivate static let distantPast = LocalDate(days: -719_162)
    /// 9999-12-31, the last date that can be sent.
    fileprivate static let distantFuture = LocalDate(days: 2_932_896)
}
