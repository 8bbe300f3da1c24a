import HearthKit

/// A completion as it is stored and answered: a habit was done on a day.
struct Completion: Row, Hashable {
    let id: UUID
    let habitID: UUID
    let userID: UUID
    let day: CompletedDay
    let completedAt: Timestamp
    /// Whether it was entered on a later day.
    let isBackfilled: Bool
    var notes: String?
    var difficultyRating: Int?
    var moodRating: Int?
    /// How much of the habit's unit was done.
    var value: Int?
    /// What it was worth before bonuses.
    let baseXP: Int
    var xpEarned = 0
    var coinsEarned = 0
    /// The habit's streak with this completion.
    var streak = 0
    let createdAt: Timestamp

    init(
        id: UUID, of habit: Habit, on day: CompletedDay, completedAt: Timestamp, isBackfilled: Bool, createdAt: Timestamp
    ) {
        self.id = id
        habitID = habit.id
        userID = habit.userID
        self.day = day
        self.completedAt = completedAt
        self.isBackfilled = isBackfilled
        baseXP = isBackfilled ? habit.difficulty.backfillXP : habit.difficulty.baseXP
        self.createdAt = createdAt
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        habitID = try row.next()
        userID = try row.next()
        day = try CompletedDay(row: &row)
        completedAt = try row.next()
        isBackfilled = try row.next()
        notes = try row.next()
        difficultyRating = try row.next()
        moodRating = try row.next()
        value = try row.next()
        baseXP = try row.next()
        xpEarned = try row.next()
        coinsEarned = try row.next()
        streak = try row.next()
        createdAt = try row.next()
    }
}
