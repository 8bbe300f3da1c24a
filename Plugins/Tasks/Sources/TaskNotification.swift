import HearthKit

/// The service that owns users' inboxes.
enum Notifications {
    /// With its version.
    static let name = "notifications/1"
    /// Tells a user something, once for each key; part of the transaction in which it is called.
    static let send = ServiceMethod<TaskNotification, Sent>(name, "send")

    /// What it answers: nothing that matters here.
    struct Sent: Input {
        static let schema = Schema<Sent>("SentNotification") {}
    }
}

/// What a user is told about one of his tasks.
struct TaskNotification: Output {
    let userID: UUID
    let kind: String
    let title: Text
    let body: Text
    /// What a client needs in order to show it without asking.
    let data: JSONValue
    /// What makes it the same one.
    let key: String

    static let schema = Schema<TaskNotification>("TaskNotification") {
        Field("user_id") { $0.userID }
        Field("kind") { $0.kind }
        Field("title") { $0.title }
        Field("body") { $0.body }
        Field("data") { $0.data }
        Field("key") { $0.key }
    }

    /// A text in the languages that there are.
    struct Text: Output {
        let en: String
        let fr: String

        static let schema = Schema<Text>("TaskNotificationText") {
            Field("en") { $0.en }
            Field("fr") { $0.fr }
        }
    }

    /// The task was evaluated: what clients show of it they have without asking.
    init(evaluated task: UserTask, as evaluation: Evaluation) {
        let difficulty = evaluation.difficulty
        userID = task.userID
        kind = "task_evaluated"
        title = Text(en: "Task evaluated", fr: "Tâche évaluée")
        body = Text(
            en: "\(task.title): \(difficulty.rawValue), \(task.reward) XP",
            fr: "\(task.title) : \(difficulty.french), \(task.reward) XP")
        data = [
            "task_id": .string("\(task.id)"), "difficulty": .string(difficulty.rawValue),
            "xp_reward": .integer(Int64(task.reward)), "coins_reward": .integer(Int64(task.reward / 2)),
            "ai_reasoning": .string(evaluation.reasoning),
            "suggested_subtasks": .array(evaluation.suggestedSubtasks.map { .string($0) }),
            "source": .string(evaluation.source.rawValue), "notice": evaluation.notice.map { .string($0) } ?? .null,
        ]
        key = "task_evaluated:\(task.id):\(task.evaluationRound)"
    }

    /// The time has come at which the task is due.
    init(due task: UserTask) {
        userID = task.userID
        kind = "task_due"
        title = Text(en: "Task due", fr: "Tâche à faire")
        body = Text(en: task.title, fr: task.title)
        data = ["task_id": .string("\(task.id)")]
        key = "task_due:\(task.id):\(task.due?.text ?? "")"
    }
}

extension Difficulty {
    fileprivate var french: String {
        switch self {
        case .trivial: "triviale"
        case .easy: "facile"
        case .medium: "moyenne"
        case .hard: "difficile"
        case .epic: "épique"
        case .legendary: "légendaire"
        }
    }
}
