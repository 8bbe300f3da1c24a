import HearthKit

/// What a user's other devices are told at once, over the host's `/api/ws`, when a task of his has changed: which, so that they
/// fetch what they show of it.
struct LiveUpdate: Output {
    let taskID: UUID

    static let schema = Schema<LiveUpdate>("TaskLiveUpdate") {
        Field("task_id") { $0.taskID }
    }

    /// What has happened.
    enum Event: String {
        case created = "task.created"
        case changed = "task.changed"
        case deleted = "task.deleted"
        case evaluated = "task.evaluated"
    }
}

extension Context {
    /// Tells the devices of a user; in a transaction, when that commits.
    func tell(_ user: UUID, _ event: LiveUpdate.Event, task: UUID) {
        // A device that is told nothing shows what it has until it asks: no reason to fail, as without the grant.
        try? realtime.publish(event.rawValue, LiveUpdate(taskID: task), to: .user(user))
    }
}
