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
    /// False once it was undone.
    let counts: Bool
    /// When that happened.
    let toldAt: Timestamp

    /// What it is.
    enum Kind: String, CaseIterable, Column {
        case habit, task, spending
    }

    /// Whether this is the later word about the same activity. Events of different names come in any order, and each of them more
    /// than once. Of one moment, that it was undone is the later word.
    func supersedes(_ known: Activity?) -> Bool {
        guard let known else { return true }
        return (toldAt, counts ? 0 : 1) > (known.toldAt, known.counts ? 0 : 1)
    }

    init(
        id: UUID, userID: UUID, kind: Kind, habitID: UUID?, date: LocalDate, xp: Int, coins: Int, counts: Bool, toldAt: Timestamp
    ) {
        self.id = id
        self.userID = userID
        self.kind = kind
        self.habitID = habitID
        self.date = date
        self.xp = xp
        self.coins = coins
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
        counts = try row.next()
        toldAt = try row.next()
    }

    private static let columns: SQL = "id, user_id, kind, habit_id, local_date, xp, coins, counts, told_at"

    /// What is known of an activity.
    static func one(_ id: UUID) -> SQL { "SELECT \(columns) FROM stats_activities WHERE id = \(id)" }

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
        INSERT INTO stats_activities (\(Self.columns))
        VALUES (\(id), \(userID), \(kind), \(habitID), \(date), \(xp), \(coins), \(counts), \(toldAt))
        ON CONFLICT (id) DO UPDATE SET local_date = excluded.local_date, xp = excluded.xp, coins = excluded.coins,
            counts = excluded.counts, told_at = excluded.told_at
        """
    }
}

/// How often a habit was completed in a range of days.
struct HabitCount: Row, Hashable {
    let habitID: UUID
    let completions: Int
    let xp: Int

    init(habitID: UUID, completions: Int, xp: Int) {
        self.habitID = habitID
        self.completions = completions
        self.xp = xp
    }

    init(row: inout RowReader) throws {
        habitID = try row.next()
        completions = try row.next()
        xp = try row.next()
    }

    /// Each habit of a user that was completed in a range of days.
    static func list(of user: UUID, in range: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT habit_id, count(*), sum(xp) FROM stats_activities
        WHERE user_id = \(user) AND local_date BETWEEN \(range.lowerBound) AND \(range.upperBound) AND kind = 'habit' AND counts
        GROUP BY habit_id
        """
    }
}
