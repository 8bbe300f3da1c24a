import HearthKit

/// What was completed. Tasks have completions of their own kind, which another plugin makes.
enum CompletionType: String, JSONEnum {
    case habit, task
}

/// The members that the contract names, then what it lacks.
extension Completion: Output {
    static let schema = Schema<Completion>("CompletionResponse") {
        Field("id") { $0.id }
        Field("user_id") { $0.userID }
        Field("habit_id") { UUID?.some($0.habitID) }
        Field("task_id", .docs("Always null here.")) { _ in UUID?.none }
        Field("completion_type") { _ in CompletionType.habit }
        Field("xp_earned") { $0.xpEarned }
        Field("coins_earned") { $0.coinsEarned }
        Field("streak_at_completion", .docs("The habit's streak with this completion.")) { $0.streak }
        Field("notes") { $0.notes }
        Field("difficulty_rating") { $0.difficultyRating }
        Field("mood_rating") { $0.moodRating }
        Field("completed_at", .docs("Noon of the day for one that was entered afterwards.")) { $0.completedAt }
        Field("completed_date", .docs("The user's own day that it counts for.")) { $0.day.date }
        Field("value", .docs("How much of the habit's `unit` was done.")) { $0.value }
    }
}

/// A completion and what it brought.
struct CompletionWithResult: Output {
    let completion: Completion
    let result: CompletionResult

    static let schema = Schema<CompletionWithResult>("CompletionWithResult") {
        Include(\.completion)
        Field("result") { $0.result }
    }
}
