import HearthKit

/// Evaluates by rules: the same task, always the same answer, without asking anybody. What the product does without a model.
///
/// The rules look at how much there is to do, not at what the text claims to be worth.
enum LocalEvaluator {
    /// - Parameters:
    ///   - task: What there is to do.
    ///   - notice: Why no model evaluates.
    static func evaluate(_ task: EvaluationRequest.Task, because notice: Evaluation.Notice) -> Evaluation {
        let effort = Effort(of: task)
        let difficulty = effort.difficulty
        return Evaluation(
            difficulty: difficulty, xp: difficulty.rewards.xp.number(at: effort.tenths),
            coins: difficulty.rewards.coins.number(at: effort.tenths), reasoning: effort.reasoning,
            suggestedSubtasks: [], minutes: effort.minutes, source: .local, notice: notice
        ).clamped()
    }

    /// How much there is to do, in points.
    struct Effort: Equatable {
        /// 0 to 60: ten a difficulty.
        let points: Int
        private let subtasks: Int

        init(of task: EvaluationRequest.Task) {
            let text = (task.title + " " + (task.description ?? "")).lowercased()
            let words = text.split { !$0.isLetter && !$0.isNumber }
            let kind = words.lazy.compactMap { Self.kinds[String($0)] }.max() ?? Self.usual
            // Length says something up to a point: a long text is no way to a high reward.
            let length = min(words.count / 12, 6)
            let parts = min(task.subtasks.count, 10) * 2
            let pressure = task.priority == .urgent ? 3 : task.priority == .high ? 2 : 0
            points = min(max(kind + length + parts + pressure, 0), Self.most)
            subtasks = task.subtasks.count
        }

        /// Without a word that is known: an easy task.
        private static let usual = 12
        /// What rules reach at most: legendary is for those who can read.
        private static let most = 49

        /// Words of the two languages of the product that tell about how much there is to do.
        private static let kinds: [String: Int] = {
            let words: [(Int, String)] = [
                (3, "drink take call text water feed check boire appeler prendre arroser nourrir jeter vérifier"),
                (8, "email mail buy shop reply dishes vaisselle acheter répondre courses book réserver"),
                (15, "clean read tidy walk cook nettoyer lire ranger marcher cuisiner laundry lessive"),
                (22, "run gym study write learn repair courir étudier écrire apprendre réparer review réviser"),
                (28, "report presentation project essay exam rapport présentation projet examen mémoire tax impôts"),
                (33, "move marathon launch thesis renovate déménager lancer thèse rénover déménagement"),
            ]
            var kinds: [String: Int] = [:]
            for (points, list) in words {
                for word in list.split(separator: " ") { kinds[String(word)] = points }
            }
            return kinds
        }()

        var difficulty: Difficulty {
            switch points {
            case ..<8: .trivial
            case ..<18: .easy
            case ..<28: .medium
            case ..<38: .hard
            default: .epic
            }
        }

        /// How far into its difficulty the task is.
        var tenths: Int {
            switch difficulty {
            case .trivial: points * 10 / 8
            case .easy: points - 8
            case .medium: points - 18
            case .hard: points - 28
            case .epic, .legendary: points - 38
            }
        }

        var minutes: Int { [10, 25, 60, 150, 300, 480][points / 10] }

        var reasoning: String {
            subtasks > 0
                ? "Estimated from what the task says, its priority and its \(subtasks) subtasks."
                : "Estimated from what the task says and its priority."
        }
    }
}
