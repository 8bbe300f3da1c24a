import HearthKit

/// What is told about completions, with the user's id as key: a subscriber hears of each user's in order.
enum CompletionEvents {
    /// A habit was completed, today or afterwards.
    static let completed = Event<CompletionEvent>("habit.completed/1")
    /// A completion was undone.
    static let undone = Event<CompletionEvent>("habit.completion_undone/1")
}

/// A completion as others are told of it.
struct CompletionEvent: Output {
    let completion: Completion

    static let schema = Schema<CompletionEvent>("CompletionEvent") {
        Field("completion_id") { $0.completion.id }
        Field("habit_id") { $0.completion.habitID }
        Field("user_id") { $0.completion.userID }
        Field("local_date", .docs("The user's own day.")) { $0.completion.day.date }
        Field("occurred_at") { $0.completion.completedAt }
        Field("is_backfilled", .docs("Whether it was entered on a later day.")) { $0.completion.isBackfilled }
        Field("streak", .docs("The habit's streak with it.")) { $0.completion.streak }
        Field("xp_earned") { $0.completion.xpEarned }
        Field("coins_earned") { $0.completion.coinsEarned }
        Field("mood_rating", .docs("1 to 5; null where the user has not said it.")) { $0.completion.moodRating }
    }
}

extension Setup {
    /// Declares what is told about completions.
    func declareCompletionEvents() {
        declare(CompletionEvents.completed, "A habit was completed, today or afterwards. Its key is the user's id.") {
            context, cursor, limit in
            let last = cursor.flatMap { UUID($0) }
            let page: [Completion] = try await context.query(Completion.page(after: last, limit: limit))
            return EventPage(
                page.map { .init(CompletionEvent(completion: $0), key: "\($0.userID)", at: $0.createdAt) },
                next: page.count == limit ? page.last.map { "\($0.id)" } : nil)
        }
        declare(CompletionEvents.undone, "A completion was undone. Its key is the user's id.")
    }
}

extension Context {
    /// Tells others of a completion, in this transaction.
    func tell(_ event: Event<CompletionEvent>, _ completion: Completion) async throws {
        try await publish(event, key: "\(completion.userID)", CompletionEvent(completion: completion))
    }
}
