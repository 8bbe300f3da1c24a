import HearthKit

/// What these routes refuse, in the words that clients know.
extension Failure {
    static let taskNotFound = Failure.notFound("Task not found")
    static let subtaskNotFound = Failure.notFound("Subtask not found")
    static let alreadyCompleted = Failure.badRequest("Task is already completed")
    static let completingCancelled = Failure.badRequest("Cannot complete a cancelled task")
    static let evaluatingClosed = Failure.badRequest("Cannot re-evaluate a completed or cancelled task")
    static let rewardingCompleted = Failure.badRequest("Cannot change the reward of a completed task")
    static let skippingClosed = Failure.badRequest("Cannot skip a completed or cancelled task")
    static let skippingSingle = Failure.badRequest("Cannot skip a task that does not recur")
    static let otherSubtasks = Failure.badRequest("The order has to name each subtask of the task once")
    static let tooManySubtasks = Failure.badRequest("A task can have at most \(Subtask.limit) subtasks")
}
