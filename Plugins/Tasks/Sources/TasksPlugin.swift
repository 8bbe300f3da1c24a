public import HearthKit

/// Tasks: what is to be done once, or again and again.
///
/// Everything that a user sees is dated by his own clock, which `Moment` reads. `TaskChanges` and `Moving` change tasks, each in
/// one transaction; `Evaluating` asks in jobs how hard they are, and `UserTask.reward` says what they are worth.
public struct TasksPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "tasks"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers the routes, events and jobs.
    public init(_ setup: Setup) throws {
        setup.declareTaskEvents()
        EvaluationJobs.add(to: setup)
        DueReminders.add(to: setup)
        CleanUp.add(to: setup)
        setup.exportUserData { try await PersonalData.tasks(of: $1, in: $0) }
        let settings: TasksSettings = try setup.settings.decoded()
        let routes = setup.routes(tag: "Tasks")
        routes.addTasks(within: DailyLimit(xp: settings.xpPerDay))
        routes.addSubtasks()
    }
}
