import HearthKit

/// A task as it is stored.
struct UserTask: Hashable, Sendable {
    let id: UUID
    let userID: UUID
    var title: String
    var description: String?
    var category: String
    var priority: Priority
    var status: TaskStatus
    var due: Due?
    var tags: [Tag]
    var subtasks: [Subtask]
    /// In the eyes of its user.
    var difficulty: Difficulty?
    /// The experience that its user would find right.
    var wishedXP: Int?
    /// Whether it is to be evaluated when it is new and when it has become another one, as ``Judged`` says.
    var usesEvaluation: Bool
    /// What an evaluator has said of it as it is; stands above ``difficulty``.
    var evaluation: Evaluation?
    /// Counts what was asked: an answer to an earlier question is not stored.
    var evaluationRound = 0
    /// nil when no answer is awaited.
    var evaluationAskedAt: Timestamp?
    var recurrence: Recurrence?
    /// The task that follows this one.
    var nextID: UUID?
    var completion: Completion?
    var cancelledAt: Timestamp?
    /// When it was paid: once, however often it is completed.
    var rewardedAt: Timestamp?
    /// What it has brought.
    var earned = TaskPayment()
    let createdAt: Timestamp
    /// When its user last changed it.
    var updatedAt: Timestamp

    /// When a task was done.
    struct Completion: Hashable {
        let at: Timestamp
        /// The user's own day.
        let on: LocalDate
    }
}

/// What a task is worth.
extension UserTask {
    /// The experience for completing it in time: what it was evaluated with, up to a quarter more or less if its user wishes so,
    /// on the scale of its difficulty. Where nobody has evaluated, its difficulty or priority decides.
    var reward: Int {
        guard let evaluation else { return difficulty?.baseXP ?? priority.baseXP }
        let scale = evaluation.difficulty.scale
        let evaluated = scale.nearest(to: evaluation.xpReward)
        guard let wishedXP else { return evaluated }
        // Rounded inwards: a quarter is the most.
        return scale.nearest(to: ((evaluated * 3 + 3) / 4...evaluated * 5 / 4).nearest(to: wishedXP))
    }

    /// The experience for completing it on a day: a fifth more before the day on which it is due.
    func reward(on date: LocalDate) -> Int {
        guard let due, due.date > date else { return max(1, reward) }
        return max(1, reward * 6 / 5)
    }

    /// ``reward``, unless the first evaluation is awaited.
    var shownReward: Int? { isEvaluationAwaited && evaluation == nil ? nil : reward }

    /// How hard it is, unless nobody has said so.
    var shownDifficulty: Difficulty? { evaluation?.difficulty ?? difficulty }

    /// Whether an evaluator has been asked and has not answered yet.
    var isEvaluationAwaited: Bool { evaluationAskedAt != nil }
}

extension ClosedRange<Int> {
    /// The number of this range that is nearest to a number.
    fileprivate func nearest(to number: Int) -> Int { Swift.min(Swift.max(number, lowerBound), upperBound) }
}
