import HearthKit

/// A completion in a file.
struct CompletionRecord: Input, Output {
    var id = UUID.zero
    var habitID = UUID.zero
    var completedDate = LocalDate(days: 0)
    var completedAt: Timestamp?
    var isBackfilled = true
    var notes: String?
    var difficultyRating: Int?
    var moodRating: Int?
    var value: Int?
    var streak = 0
    var createdAt: Timestamp?
    private var xpEarned = 0
    private var coinsEarned = 0

    static let schema = Schema<CompletionRecord>("CompletionRecord") {
        Field("id", \.id, .required, .docs("Kept, unless the habit's was not."))
        Field("habit_id", \.habitID, .required, .docs("A habit of the file, or one that is there already."))
        Field("completed_date", \.completedDate, .required, .docs("The user's own day that it counts for."))
        Field("completed_at", \.completedAt, .docs("Null for the middle of the day."))
        Field("is_backfilled", \.isBackfilled, .docs("Whether it was entered on a later day."))
        Field("notes", \.notes, .length(...500))
        Field("difficulty_rating", \.difficultyRating, .range(1...5))
        Field("mood_rating", \.moodRating, .range(1...5))
        Field("value", \.value, .range(0...1_000_000))
        Field("streak_at_completion", \.streak, .range(0...1_000_000))
        Field("created_at", \.createdAt, .docs("Null for now, as is what is still to come."))
        Field("xp_earned", \.xpEarned, .range(0...1_000_000), .docs("Only told: what is imported earns nothing."))
        Field("coins_earned", \.coinsEarned, .range(0...1_000_000), .docs("Only told: what is imported earns nothing."))
    }

    init() {}

    init(_ completion: Completion) {
        id = completion.id
        habitID = completion.habitID
        completedDate = completion.day.date
        completedAt = completion.completedAt
        isBackfilled = completion.isBackfilled
        notes = completion.notes
        difficultyRating = completion.difficultyRating
        moodRating = completion.moodRating
        value = completion.value
        streak = completion.streak
        createdAt = completion.createdAt
        xpEarned = completion.xpEarned
        coinsEarned = completion.coinsEarned
    }

    /// The completion, which has earned nothing.
    ///
    /// - Parameters:
    ///   - id: Its id.
    ///   - habit: What was completed.
    ///   - hours: When its day began and ended for the user.
    ///   - now: When it is entered.
    func completion(id: UUID, of habit: Habit, in hours: Range<Timestamp>, at now: Timestamp) -> Completion {
        var completion = Completion(
            id: id, of: habit, on: CompletedDay(date: completedDate, endsAt: hours.upperBound),
            completedAt: completedAt ?? hours.middle, isBackfilled: isBackfilled, createdAt: min(createdAt ?? now, now))
        completion.notes = notes
        completion.difficultyRating = difficultyRating
        completion.moodRating = moodRating
        completion.value = value
        completion.streak = streak
        return completion
    }
}
