import HearthKit

/// A change of a task. What is left out stays; null clears what may be empty and else counts as left out.
struct TaskUpdate: Input {
    var title = Patch<String?>.unchanged
    var description = Patch<String?>.unchanged
    var category = Patch<String?>.unchanged
    var priority = Patch<Priority?>.unchanged
    var status = Patch<TaskStatus?>.unchanged
    var dueDate = Patch<DueText?>.unchanged
    var tags = Patch<[Tag]?>.unchanged
    var difficulty = Patch<Difficulty?>.unchanged
    var usesEvaluation = Patch<Bool?>.unchanged
    var xpReward = Patch<Int?>.unchanged
    var coinsReward = Patch<Int?>.unchanged
    var frequency = Patch<Recurrence.Frequency?>.unchanged
    var recurrenceDay = Patch<Int?>.unchanged

    static let schema = Schema<TaskUpdate>("TaskUpdate") {
        Field("title", \.title, .length(1...200))
        Field("description", \.description, .length(...2000), .docs("Null clears it."))
        Field("category", \.category, .length(1...50))
        Field("priority", \.priority)
        Field(
            "status", \.status,
            .docs("`completed` pays as completing does; a completed task that is opened again is not paid a second time."))
        Field("due_date", \.dueDate, .docs("As for a new task. Null clears it."))
        Field("tags", \.tags, .count(0...10), .docs("Null clears them."))
        Field("difficulty", \.difficulty, .docs("Counts where nobody evaluates, but for a completed task. Null clears it."))
        Field(
            "use_ai_evaluation", \.usesEvaluation,
            .docs("Whether it is evaluated anew when its title, description, category, priority or steps change."))
        Field(
            "xp_reward", \.xpReward, .range(1...1000),
            .docs("A wish: up to a quarter more or less than evaluated. Null clears it. Not for a completed task."))
        Field("coins_reward", \.coinsReward, .range(1...500), .docs("Half of `xp_reward`, which counts if both are sent."))
        Field("recurrence", \.frequency, .docs("Null ends it."))
        Field("recurrence_day", \.recurrenceDay, .range(1...31), .docs("As for a new task; with `recurrence`."))
    }

    /// Whether it says something about the reward.
    var changesReward: Bool {
        if case .unchanged = xpReward, case .unchanged = coinsReward { return false }
        return true
    }

    /// Makes the change, all but the status.
    ///
    /// - Parameters:
    ///   - task: What to change.
    ///   - due: What ``dueDate`` says on the clock of the user, if it says something.
    ///   - moment: Now.
    func apply(to task: inout UserTask, due: Due?, at moment: Moment) {
        task.title = title.applied(to: task.title)
        task.description = description.applied(to: task.description)
        task.category = category.applied(to: task.category)
        task.priority = priority.applied(to: task.priority)
        if case .value = dueDate { task.due = due }
        if case .value(let tags) = tags { task.tags = tags ?? [] }
        task.difficulty = difficulty.applied(to: task.difficulty)
        task.usesEvaluation = usesEvaluation.applied(to: task.usesEvaluation)
        if changesReward { task.wishedXP = wish(xp: xpReward.applied(to: nil), coins: coinsReward.applied(to: nil)) }
        if case .value(let frequency) = frequency {
            task.recur(frequency, day: recurrenceDay.applied(to: nil), from: moment.date)
        }
        task.updatedAt = moment.now
    }
}
