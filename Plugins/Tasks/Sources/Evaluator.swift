import HearthKit

/// The service that says how hard a task is. Its contract is `docs/services/evaluator-1.schema.json`.
enum Evaluator {
    /// With its version.
    static let name = "evaluator/1"
    /// Always answers, unless it is to wait for a provider that is in trouble. Not inside a transaction: it may take a minute.
    static let evaluate = ServiceMethod<EvaluationQuestion, Evaluation>(name, "evaluate")
}

/// What an evaluator is asked.
struct EvaluationQuestion: Output {
    let task: UserTask
    /// Of the user's days; negative when it is overdue.
    let daysUntilDue: Int?
    let user: UserProgress
    /// Tasks that this user has completed, the latest first.
    let history: [UserTask]
    /// Whether an equal evaluation that is remembered will not do.
    let isFresh: Bool
    /// Whether to fail when the provider is in trouble for a moment, since the question is asked again then.
    let waitsForProvider: Bool

    static let schema = Schema<EvaluationQuestion>("EvaluationQuestion") {
        Field("user_id") { $0.task.userID }
        Field("task") { Subject(task: $0.task, daysUntilDue: $0.daysUntilDue) }
        Field("user") { $0.user }
        Field("history") { $0.history.map { Past(task: $0) } }
        Field("fresh") { $0.isFresh }
        Field("wait_for_provider") { $0.waitsForProvider }
    }

    /// The task that is to be evaluated.
    struct Subject: Output {
        let task: UserTask
        let daysUntilDue: Int?

        static let schema = Schema<Subject>("EvaluationSubject") {
            Field("title") { $0.task.title }
            Field("description") { $0.task.description }
            Field("category") { $0.task.category }
            Field("priority") { $0.task.priority }
            Field("days_until_due") { $0.daysUntilDue }
            Field("subtasks") { $0.task.subtasks.map(\.title) }
        }
    }

    /// A task that was completed, and what it was worth.
    struct Past: Output {
        let task: UserTask

        static let schema = Schema<Past>("EvaluationHistory") {
            Field("title") { $0.task.title }
            Field("category") { $0.task.category }
            Field("difficulty") { $0.task.shownDifficulty ?? .medium }
            Field("xp") { $0.task.reward }
            Field("coins") { $0.task.reward / 2 }
        }
    }
}

/// An evaluation: what `evaluator/1` answers, how it is kept with a task, and how clients read it.
struct Evaluation: Input, Output, Hashable {
    var difficulty = Difficulty.medium
    var xpReward = 0
    var coinsReward = 0
    var reasoning = ""
    var suggestedSubtasks: [String] = []
    var estimatedTimeMinutes = 0
    var source = Source.local
    var notice: String?

    static let schema = Schema<Evaluation>("TaskEvaluation") {
        Field("difficulty", \.difficulty, .required)
        Field("xp_reward", \.xpReward, .required, .docs("Before what the user wishes."))
        Field("coins_reward", \.coinsReward, .required, .docs("As evaluated; completing pays half of the experience."))
        Field("reasoning", \.reasoning, .required)
        Field("suggested_subtasks", \.suggestedSubtasks)
        Field("estimated_time_minutes", \.estimatedTimeMinutes, .required)
        Field("source", \.source, .docs("Who evaluated: a language model, or the host by fixed rules."))
        Field(
            "notice", \.notice,
            .docs("Why no model did when one was asked last: `no_provider`, `user_limit`, `daily_limit`, …"))
    }

    /// Who evaluated.
    enum Source: String, JSONEnum {
        case model, local
    }
}
