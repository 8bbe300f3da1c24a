import HearthKit

/// An answer that shows a completion.
protocol CompletionAnswer: Sendable {
    var completion: Completion { get }
}

/// What was completed. Tasks have completions of their own kind, which another plugin makes.
enum CompletionType: String, JSONEnum {
    case habit, task
}

extension Completion: Output, CompletionAnswer {
    var completion: Completion { self }

    static let schema = Schema<Completion>("CompletionResponse") { CompletionMembers.all() }
}

/// A completion and what it brought.
struct CompletionWithResult: Output, CompletionAnswer {
    let completion: Completion
    let result: CompletionResult

    static let schema = Schema<CompletionWithResult>("CompletionWithResult") {
        CompletionMembers.all()
        Field("result") { $0.result }
    }
}

/// The members of a completion in an answer: those that the contract names, then what it lacks.
enum CompletionMembers {
    @SchemaBuilder<Answer> static func all<Answer: CompletionAnswer>() -> [Field<Answer>] {
        Field("id") { $0.completion.id }
        Field("user_id") { $0.completion.userID }
        Field("habit_id") { UUID?.some($0.completion.habitID) }
        Field("task_id", .docs("Always null here.")) { _ in UUID?.none }
        Field("completion_type") { _ in CompletionType.habit }
        Field("xp_earned") { $0.completion.xpEarned }
        Field("coins_earned") { $0.completion.coinsEarned }
        Field("streak_at_completion", .docs("The habit's streak with this completion.")) { $0.completion.streak }
        Field("notes") { $0.completion.notes }
        Field("difficulty_rating") { $0.completion.difficultyRating }
        Field("mood_rating") { $0.completion.moodRating }
        Field("completed_at", .docs("Noon of the day for one that was entered afterwards.")) { $0.completion.completedAt }
        Field("completed_date", .docs("The user's own day that it counts for.")) { $0.completion.day.date }
        Field("value", .docs("How much of the habit's `unit` was done.")) { $0.completion.value }
    }
}
