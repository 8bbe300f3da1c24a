import HearthKit

/// The settings, as `plugin.toml` declares them.
struct TasksSettings: Input {
    var xpPerDay: Int?

    static let schema = Schema<TasksSettings>("TasksSettings") {
        Field("xp_per_day", \.xpPerDay)
    }
}
