import HearthKit

/// What an evaluator is shown of a task and its user decides. An evaluation belongs to it, and goes with it.
///
/// The day on which the task is due is no part of it, since the days until then grow fewer by themselves; nor is the order of its
/// steps, nor which of them are ticked.
struct Judged: Hashable {
    private let title: String
    private let description: String?
    private let category: String
    private let priority: Priority
    private let steps: [String]

    init(_ task: UserTask) {
        title = task.title
        description = task.description
        category = task.category
        priority = task.priority
        steps = task.subtasks.map(\.title).sorted()
    }
}

extension UserTask {
    /// Whether a change leaves something else to judge than what was evaluated.
    ///
    /// A completed task keeps the evaluation by which it was paid. What is changed of it meanwhile counts when it is opened again.
    ///
    /// - Parameters:
    ///   - before: The task before the change.
    ///   - status: What it is to become.
    func isAnother(than before: UserTask, becoming status: TaskStatus) -> Bool {
        if let completion = before.completion {
            guard status != .completed else { return false }
            if before.updatedAt > completion.at { return true }
        }
        return Judged(self) != Judged(before)
    }

    /// Lets go of an evaluation of something else, and of an answer that is on its way, as of the wish that was relative to it.
    ///
    /// - Parameter keepsWish: Whether the wish is new.
    mutating func dropEvaluation(keepsWish: Bool = false) {
        if evaluation != nil, !keepsWish { wishedXP = nil }
        evaluation = nil
        evaluationRound += 1
        evaluationAskedAt = nil
    }

    /// Whether a change calls for an evaluation: of something else, or of a task that is open again and has none.
    func needsEvaluation(after before: UserTask, isAnother: Bool) -> Bool {
        guard status.isOpen, usesEvaluation else { return false }
        return isAnother || !before.status.isOpen && evaluation == nil
    }
}
