import HearthKit

/// Something that a user did and that counts for one of his days.
struct Activity: Row, Hashable {
    /// Of the completion, the task, the entry of the ledger: by it an activity that is told twice is known.
    let id: UUID
    let userID: UUID
    let kind: Kind
    let habitID: UUID?
    let date: LocalDate
    let xp: Int
    /// Earned, or spent.
    let coins: Int
    /// How the user felt, 1 to 5; nil where he has not said it.
    let mood: Int?
    /// False once it was undone.
    let counts: Bool
    /// When that happened.
    let toldAt: Timestamp

    /// What it is.
    enum Kind: String, CaseIterable, Column {
        case habit, task
        /// What was paid for a task.
        case reward
        /// What a level, a badge or a fight has brought.
        case bonus
        case spending
    }

    /// Whether this is the later word about the same activity. Events of different names come in any order, and each of them more
    /// than once. Of one moment, that it was undone is the later word.
    func supersedes(_ known: Activity?) -> Bool {
        guard let known else { return true }
        return (toldAt, counts ? 0 : 1) > (known.toldAt, known.counts ? 0 : 1)
    }

    init(
        id: UUID, userID: UUID, kind: Kind, habitID: UUID?, date: LocalDate, xp: Int, coins: Int, mood: Int? = nil, counts: Bool,
        toldAt: Timestamp
    ) {
        self.id = id
        self.userID = userID
        self.kind = kind
        self.habitID = habitID
        self.date = date
        self.xp = xp
        self.coins = coins
        self.mood = mood
        self.counts = counts
        self.toldAt = toldAt
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        userID = try row.next()
        kind = try row.next()
        habitID = try row.next()
        date = try row.next()
        xp = try row.next()
        coins = try row.next()
        mood = try row.next()
        counts = try row.next()
        toldAt = try row.next()
    }

    private static let columns: SQL = "id, user_id, kind, habit_id, local_date, xp, coins, mood, counts, told_at"

    /// What is known of activities.
    static func known(_ ids: [UUID]) -> SQL { "SELECT \(columns) FROM stats_activities WHERE id IN \(in: ids)" }

    /// A page of the completions of habits in a range of days, by day.
    ///
    /// - Parameter last: The last one of the page before.
    static func completions(
        of user: UUID, in range: ClosedRange<LocalDate>, after last: Activity?, limit: Int
    ) -> SQL {
        let rest: SQL = last.map { "AND (local_date > \($0.date) OR (local_date = \($0.date) AND id > \($0.id)))" } ?? ""
        return """
            SELECT \(columns) FROM stats_activities
            WHERE user_id = \(user) AND local_date BETWEEN \(last?.date ?? range.lowerBound) AND \(range.upperBound)
                AND kind = 'habit' AND counts \(rest)
            ORDER BY local_date, id LIMIT \(limit)
            """
    }

    /// Stores this as what is known of it.
    var storing: SQL {
        """
        \(Self.insertion(of: [self])) ON CONFLICT (id) DO UPDATE SET local_date = excluded.local_date, xp = excluded.xp,
            coins = excluded.coins, mood = excluded.mood, counts = excluded.counts, told_at = excluded.told_at
        """
    }

    /// Stores those that are not counted, unless they were undone later than this is told: at most 400.
    static func addition(of activities: [Activity]) -> SQL {
        """
        \(insertion(of: activities)) ON CONFLICT (id) DO UPDATE SET local_date = excluded.local_date, xp = excluded.xp,
            coins = excluded.coins, mood = excluded.mood, counts = TRUE, told_at = excluded.told_at
        WHERE NOT stats_activities.counts AND stats_activities.told_at < excluded.told_at
        """
    }

    private static func insertion(of activities: [Activity]) -> SQL {
        "INSERT INTO stats_activities (\(columns)) VALUES \(SQL(activities.map(\.values)))"
    }

    private var values: SQL {
        "(\(id), \(userID), \(kind), \(habitID), \(date), \(xp), \(coins), \(mood), \(counts), \(toldAt))"
    }
}

/// How often a habit was completed in a range of days.
struct HabitCount: Row, Hashable {
    let habitID: UUID
    let completions: Int
    let xp: Int
    let mood: MeanMood

    init(habitID: UUID, completions: Int, xp: Int, mood: MeanMood = MeanMood()) {
        self.habitID = habitID
        self.completions = completions
        self.xp = xp
        self.mood = mood
    }

    init(row: inout RowReader) throws {
        habitID = try row.next()
        completions = try row.next()
        xp = try row.next()
        mood = try MeanMood(row: &row)
    }

    /// Each habit of a user that was completed in a range of days.
    static func list(of user: UUID, in range: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT habit_id, count(*), sum(xp), count(mood), coalesce(sum(mood), 0) FROM stats_activities
        WHERE user_id = \(user) AND local_date BETWEEN \(range.lowerBound) AND \(range.upperBound) AND kind = 'habit' AND counts
        GROUP BY habit_id
        """
    }
}
