import HearthKit

/// A task as it stands for its user now: the members that the contract names, then the ones that its clients read besides.
struct TaskResponse: Output {
    let task: UserTask
    let moment: Moment

    static let schema = Schema<TaskResponse>("TaskResponse") {
        Field("id") { $0.task.id }
        Field("user_id") { $0.task.userID }
        Field("title") { $0.task.title }
        Field("description") { $0.task.description }
        Field("priority") { $0.task.priority }
        Field("status") { $0.task.status }
        Field("due_date", .docs("On the user's clock, without zone; midnight for the whole day.")) { $0.task.due?.text }
        Field("tags") { $0.task.tags }
        Field("difficulty", .docs("Null when nobody has said so, or not yet.")) { $0.task.shownDifficulty }
        Field("xp_reward", .docs("For completing it in time. Null while the first evaluation is awaited.")) {
            $0.task.shownReward
        }
        Field("coins_reward", .docs("Half of the experience, rounded down.")) { $0.task.shownReward.map { $0 / 2 } }
        Field("ai_reasoning") { $0.task.evaluation?.reasoning }
        Field("estimated_time_minutes") { $0.task.evaluation?.estimatedTimeMinutes }
        Field("subtasks") { $0.task.subtasks }
        Field("subtasks_total") { $0.task.subtasks.count }
        Field("subtasks_completed") { $0.task.subtasks.count { $0.isCompleted } }
        Field("completed_at") { $0.task.completion?.at }
        Field("created_at") { $0.task.createdAt }
        Field("updated_at", .docs("When its user last changed it.")) { $0.task.updatedAt }
        Field("category") { $0.task.category }
        Field("due_time", .docs("Null for the whole day.")) { $0.task.due?.time }
        Field("is_overdue") { $0.task.status.isOpen && $0.task.due?.isPast(at: $0.moment) ?? false }
        Field("completed") { $0.task.status == .completed }
        Field("coin_reward", .docs("The same as `coins_reward`.")) { $0.task.shownReward.map { $0 / 2 } }
        Field("use_ai_evaluation") { $0.task.usesEvaluation }
        Field("is_evaluating", .docs("Whether an evaluation is awaited.")) { $0.task.isEvaluationAwaited }
        Field("xp_earned", .docs("What it has brought, with all bonuses.")) { $0.task.earned.xp }
        Field("coins_earned") { $0.task.earned.coins }
        Field("recurrence") { $0.task.recurrence?.frequency }
        Field("recurrence_day", .docs("The weekday, 1 for Monday to 7, or the day of the month.")) {
            ($0.task.recurrence?.day).flatMap { $0 > 0 ? $0 : nil }
        }
        Field("next_task_id", .docs("The task that follows this one.")) { $0.task.nextID }
    }
}

/// A task with what an evaluator has said of it.
struct TaskWithEvaluation: Output {
    let response: TaskResponse

    init(_ task: UserTask, at moment: Moment) { response = TaskResponse(task: task, moment: moment) }

    static let schema = Schema<TaskWithEvaluation>("TaskWithEvaluation") {
        Include(\.response)
        Field("evaluation", .docs("Null when nobody has evaluated it.")) { $0.response.task.evaluation }
    }
}
