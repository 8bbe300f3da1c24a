import HearthKit

/// The service that owns users' inboxes.
enum Notifications {
    /// Tells a user something, once for each key; part of the transaction in which it is called.
    static let send = ServiceMethod<TaskNotification, Sent>("notifications/1", "send")

    /// What it answers: nothing that matters here.
    struct Sent: Input {
        static let schema = Schema<Sent>("SentNotification") {}
    }
}

/// What a user is told about one of his tasks.
struct TaskNotification: Output {
    let task: UserTask
    let evaluation: Evaluation

    /// It was evaluated.
    init(evaluated task: UserTask, as evaluation: Evaluation) {
        self.task = task
        self.evaluation = evaluation
    }

    static let schema = Schema<TaskNotification>("TaskNotification") {
        Field("user_id") { $0.task.userID }
        Field("kind") { _ in "task_evaluated" }
        Field("title") { _ in Text(en: "Task evaluated", fr: "Tâche évaluée") }
        Field("body") { $0.body }
        Field("data") { Details(task: $0.task, evaluation: $0.evaluation) }
        Field("key") { "task_evaluated:\($0.task.id):\($0.task.evaluationRound)" }
    }

    private var body: Text {
        let title = task.title
        return Text(
            en: "\(title): \(evaluation.difficulty.rawValue), \(task.reward) XP",
            fr: "\(title) : \(evaluation.difficulty.french), \(task.reward) XP")
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

    /// What a client needs in order to show it without asking.
    struct Details: Output {
        let task: UserTask
        let evaluation: Evaluation

        static let schema = Schema<Details>("TaskNotificationDetails") {
            Field("task_id") { $0.task.id }
            Field("difficulty") { $0.evaluation.difficulty }
            Field("xp_reward") { $0.task.reward }
            Field("coins_reward") { $0.task.reward / 2 }
            Field("source") { $0.evaluation.source }
            Field("notice") { $0.evaluation.notice }
        }
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
