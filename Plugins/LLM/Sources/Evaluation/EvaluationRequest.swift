import HearthKit

/// A task to be evaluated, with what is known about its user.
///
/// Whatever is not in here no model can ask for: the tools answer from it.
struct EvaluationRequest: Input {
    var userID = UUID.zero
    var task = Task()
    var user = Standing()
    var history: [CompletedTask] = []
    /// Whether an equal evaluation that is remembered must not be answered.
    var isFresh = false
    /// Whether a passing failure of the provider is an error, to be tried again later, and not answered locally.
    var waitsForProvider = false

    static let schema = Schema<EvaluationRequest>("EvaluationRequest") {
        Field("user_id", \.userID, .required, .docs("Whose task it is: his daily limit counts."))
        Field("task", \.task, .required)
        Field("user", \.user, .docs("How far the user has come."))
        Field("history", \.history, .count(0...50), .docs("Tasks that this user completed, the latest first."))
        Field("fresh", \.isFresh, .docs("Evaluate anew although an equal evaluation is remembered."))
        Field(
            "wait_for_provider", \.waitsForProvider,
            .docs("Fail with a retryable error instead of evaluating locally when the provider fails for a moment."))
    }

    /// What there is to do.
    struct Task: Input, Output {
        var title = ""
        var description: String?
        var category: String?
        var priority: Priority?
        var daysUntilDue: Int?
        var subtasks: [String] = []

        static let schema = Schema<Task>("EvaluatedTask") {
            Field("title", \.title, .required, .length(1...200))
            Field("description", \.description, .length(...2000))
            Field("category", \.category, .length(...50))
            Field("priority", \.priority)
            Field("days_until_due", \.daysUntilDue, .docs("Of the user's days; negative when it is overdue."))
            Field("subtasks", \.subtasks, .count(0...20))
        }
    }

    /// How much a task presses.
    enum Priority: String, JSONEnum {
        case low, medium, high, urgent
    }

    /// How far a user has come.
    struct Standing: Input, Output {
        var level: Int?
        var totalXP: Int?
        var currentStreak: Int?
        var bestStreak: Int?

        static let schema = Schema<Standing>("EvaluatedUser") {
            Field("level", \.level)
            Field("total_xp", \.totalXP)
            Field("current_streak", \.currentStreak)
            Field("best_streak", \.bestStreak)
        }
    }

    /// A task that the user completed.
    struct CompletedTask: Input, Output {
        var title = ""
        var category: String?
        var difficulty = Difficulty.medium
        var xp = 0
        var coins = 0

        static let schema = Schema<CompletedTask>("CompletedTask") {
            Field("title", \.title, .required, .length(...200))
            Field("category", \.category)
            Field("difficulty", \.difficulty, .required)
            Field("xp", \.xp, .required)
            Field("coins", \.coins, .required)
        }
    }
}
