import HearthKit

/// A step of a task.
struct Subtask: Input, Output, Hashable {
    var id = UUID.zero
    var title = ""
    var isCompleted = false
    var completedAt: Timestamp?

    /// How many a task can have.
    static let limit = 20

    static let schema = Schema<Subtask>("SubtaskResponse") {
        Field("id", \.id, .required)
        Field("title", \.title, .required)
        Field("is_completed", \.isCompleted)
        Field("completed_at", \.completedAt)
    }

    init() {}

    /// A new one.
    init(_ values: SubtaskCreate, id: UUID, at now: Timestamp) {
        self.id = id
        title = values.title
        tick(values.isCompleted, at: now)
    }

    /// Ticks it, or takes the tick away; what is so already stays as it is.
    mutating func tick(_ isCompleted: Bool, at now: Timestamp) {
        guard isCompleted != self.isCompleted else { return }
        self.isCompleted = isCompleted
        completedAt = isCompleted ? now : nil
    }
}

/// What a new step is made of.
struct SubtaskCreate: Input, Output {
    var title = ""
    var isCompleted = false

    static let schema = Schema<SubtaskCreate>("SubtaskCreate") {
        Field("title", \.title, .required, .length(1...200))
        Field("is_completed", \.isCompleted)
    }
}

/// A change of a step. What is left out stays, and so does what is null.
struct SubtaskUpdate: Input {
    var title = Patch<String?>.unchanged
    var isCompleted = Patch<Bool?>.unchanged

    static let schema = Schema<SubtaskUpdate>("SubtaskUpdate") {
        Field("title", \.title, .length(1...200))
        Field("is_completed", \.isCompleted, .docs("Ticks it, or takes the tick away."))
    }

    /// Makes the change.
    func apply(to subtask: inout Subtask, at now: Timestamp) {
        subtask.title = title.applied(to: subtask.title)
        subtask.tick(isCompleted.applied(to: subtask.isCompleted), at: now)
    }
}

/// All steps of a task in the order that they are to have.
struct SubtaskOrder: Input {
    var subtaskIDs: [UUID] = []

    static let schema = Schema<SubtaskOrder>("SubtaskOrder") {
        Field("subtask_ids", \.subtaskIDs, .required, .count(0...Subtask.limit), .docs("Each of the task's subtasks once."))
    }
}
