import HearthKit

/// The service that turns activities into experience and coins. Its contract is `docs/services/progression-1.schema.json`.
enum Progression {
    /// With its version.
    static let name = "progression/1"
    /// Credits an activity, once for each source.
    static let award = ServiceMethod<TaskActivity, TaskPayment>(name, "award")
}

/// A task that is done, as progression sees it.
struct TaskActivity: Output {
    let userID: UUID
    let taskID: UUID
    /// With the bonus for being early.
    let baseXP: Int
    let localDate: LocalDate
    let occurredAt: Timestamp

    static let schema = Schema<TaskActivity>("TaskActivity") {
        Field("user_id") { $0.userID }
        Field("source") { Source(id: $0.taskID) }
        Field("base_xp") { $0.baseXP }
        Field("local_date") { $0.localDate }
        Field("occurred_at") { $0.occurredAt }
    }

    /// What makes an activity the same one.
    struct Source: Output {
        let id: UUID

        static let schema = Schema<Source>("TaskActivitySource") {
            Field("kind") { _ in "task" }
            Field("id") { $0.id }
        }
    }
}

/// What a completion has brought.
struct TaskPayment: Input, Hashable {
    var xp = 0
    var coins = 0

    static let schema = Schema<TaskPayment>("TaskPayment") {
        Field("xp", \.xp, .required)
        Field("coins", \.coins, .required)
    }
}
