import HearthKit

/// What a user did on one of his days.
struct Day: Row, Hashable {
    let date: LocalDate
    /// How many habits were due; nil while nobody has said it.
    var habitsTotal: Int?
    /// Whether that was said when the day was over, and so stays whatever becomes of the habits.
    var isClosed = false
    var habitsCompleted = 0
    var tasksCompleted = 0
    var xp = 0
    var coins = 0
    var coinsSpent = 0
    var mood = MeanMood()

    init(
        _ date: LocalDate, habitsTotal: Int? = nil, isClosed: Bool = false, habitsCompleted: Int = 0, tasksCompleted: Int = 0,
        xp: Int = 0, coins: Int = 0
    ) {
        self.date = date
        self.habitsTotal = habitsTotal
        self.isClosed = isClosed
        self.habitsCompleted = habitsCompleted
        self.tasksCompleted = tasksCompleted
        self.xp = xp
        self.coins = coins
    }

    /// How much of what was due was done, 0 to 1; nil for a day on which nothing was due.
    var share: Double? {
        guard let habitsTotal, habitsTotal > 0 else { return nil }
        return min(1, Double(habitsCompleted) / Double(habitsTotal))
    }

    /// The share in percent; 0 for a day on which nothing was due.
    var rate: Double { (share ?? 0).percent }

    var isPerfect: Bool { share == 1 }

    init(row: inout RowReader) throws {
        date = try row.next()
        habitsTotal = try row.next()
        isClosed = try row.next()
        habitsCompleted = try row.next()
        tasksCompleted = try row.next()
        xp = try row.next()
        coins = try row.next()
        coinsSpent = try row.next()
        mood = try MeanMood(row: &row)
    }

    private static let columns: SQL = """
        local_date, habits_total, is_closed, habits_completed, tasks_completed, xp_earned, coins_earned, coins_spent, moods, \
        mood_sum
        """

    /// The days of a range on which something was done or that are closed, in ascending order.
    static func list(of user: UUID, in range: ClosedRange<LocalDate>, limit: Int = 100_000) -> SQL {
        """
        SELECT \(columns) FROM stats_days
        WHERE user_id = \(user) AND local_date BETWEEN \(range.lowerBound) AND \(range.upperBound)
            AND (is_closed OR habits_completed + tasks_completed + xp_earned + coins_spent > 0)
        ORDER BY local_date LIMIT \(limit)
        """
    }

    /// Adds the activities of a day up anew.
    ///
    /// - Parameter due: How many habits are due then; nil when nobody knows.
    static func recount(_ date: LocalDate, of user: UUID, due: Int?) -> SQL {
        """
        INSERT INTO stats_days (user_id, \(columns))
        SELECT \(user), \(date), \(due), FALSE, \(sums)
        FROM stats_activities WHERE user_id = \(user) AND local_date = \(date) AND counts
        ON CONFLICT (user_id, local_date) DO UPDATE SET
            habits_total = CASE WHEN stats_days.is_closed THEN stats_days.habits_total
                ELSE coalesce(excluded.habits_total, stats_days.habits_total) END, \(newSums)
        """
    }

    /// Adds the activities of all days of a range anew on which there are some. How many habits are due stays.
    static func recount(_ range: ClosedRange<LocalDate>, of user: UUID) -> SQL {
        """
        INSERT INTO stats_days (user_id, \(columns))
        SELECT user_id, local_date, CAST(NULL AS integer), FALSE, \(sums)
        FROM stats_activities
        WHERE user_id = \(user) AND local_date BETWEEN \(range.lowerBound) AND \(range.upperBound) AND counts
        GROUP BY user_id, local_date
        ON CONFLICT (user_id, local_date) DO UPDATE SET \(newSums)
        """
    }

    /// What the activities of a day add up to, and how it is stored: the columns from `habits_completed` on.
    private static let sums: SQL = """
        count(*) FILTER (WHERE kind = 'habit'), count(*) FILTER (WHERE kind = 'task'),
            coalesce(sum(xp), 0), coalesce(sum(coins) FILTER (WHERE kind <> 'spending'), 0),
            coalesce(sum(coins) FILTER (WHERE kind = 'spending'), 0), count(mood), coalesce(sum(mood), 0)
        """
    private static let newSums: SQL = """
        habits_completed = excluded.habits_completed, tasks_completed = excluded.tasks_completed,
            xp_earned = excluded.xp_earned, coins_earned = excluded.coins_earned, coins_spent = excluded.coins_spent,
            moods = excluded.moods, mood_sum = excluded.mood_sum
        """

    /// Notes that at least so many habits were due on days of a user, of at most 1,000: also on those that are closed.
    static func raise(_ due: [(date: LocalDate, due: Int)], of user: UUID) -> SQL {
        let rows = SQL(due.map { "(\(user), \($0.date), \($0.due), FALSE, 0, 0, 0, 0, 0, 0, 0)" as SQL })
        return """
            INSERT INTO stats_days (user_id, \(columns)) VALUES \(rows)
            ON CONFLICT (user_id, local_date) DO UPDATE SET
                habits_total = greatest(coalesce(stats_days.habits_total, 0), excluded.habits_total)
            """
    }

    /// Notes for users how many habits were due on a day that is over.
    static func close(_ date: LocalDate, of users: [UUID], due: Int) -> SQL {
        """
        INSERT INTO stats_days (user_id, \(columns))
        SELECT user_id, \(date), \(due), TRUE, 0, 0, 0, 0, 0, 0, 0 FROM stats_people WHERE user_id IN \(in: users)
        ON CONFLICT (user_id, local_date) DO UPDATE SET habits_total = excluded.habits_total, is_closed = TRUE
        WHERE NOT stats_days.is_closed
        """
    }
}

extension Double {
    /// A share in percent with two decimals.
    var percent: Double { (self * 10_000).rounded() / 100 }
}
