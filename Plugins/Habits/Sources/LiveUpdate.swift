import HearthKit

/// What a user's other devices are told at once, over the host's `/api/ws`, when something of his has changed: what it was and
/// which, so that they fetch what they show of it.
struct LiveUpdate: Output {
    /// nil when it is about many.
    var habitID: UUID?
    var completionID: UUID?

    static let schema = Schema<LiveUpdate>("LiveUpdate") {
        Field("habit_id") { $0.habitID }
        Field("completion_id") { $0.completionID }
    }

    /// What has happened.
    enum Event: String {
        case habitCreated = "habit.created"
        case habitChanged = "habit.changed"
        case habitDeleted = "habit.deleted"
        case habitsImported = "habit.imported"
        case reminderDue = "habit.reminder_due"
        case completionCreated = "completion.created"
        case completionDeleted = "completion.deleted"
    }
}

extension Context {
    /// Tells the devices of a user; in a transaction, when that commits.
    func tell(_ user: UUID, _ event: LiveUpdate.Event, habit: UUID? = nil, completion: UUID? = nil) {
        // A device that is told nothing shows what it has until it asks: no reason to fail, as without the grant.
        try? realtime.publish(event.rawValue, LiveUpdate(habitID: habit, completionID: completion), to: .user(user))
    }
}
