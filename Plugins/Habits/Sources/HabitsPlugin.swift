public import HearthKit

/// Habits, their completions, streaks and the calendar.
///
/// Everything that a user sees is dated by his own days: `Today` says which day that is, `Schedule` which days count,
/// `Streak` what they add up to. `Completing`, `Undoing` and `Backfilling` change them, each in one transaction.
public struct HabitsPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "habits"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers the routes.
    public init(_ setup: Setup) throws {
        setup.declareCompletionEvents()
        setup.declare(ImportEvent.imported, "A user has imported habits and completions. Its key is the user's id.")
        setup.declare(DeletionEvent.deleted, "A habit was deleted. Its key is the user's id.")
        setup.provideHabits()
        Reminders.add(to: setup)
        let habitsPerUser = try setup.settings.integer("habits_per_user")
        let (habits, completions) = (setup.routes(tag: "Habits"), setup.routes(tag: "Completions"))
        habits.addHabits(atMost: habitsPerUser)
        habits.addPauses()
        habits.addTransfer(try HabitsTable(), atMost: habitsPerUser)
        completions.addCompletions()
    }
}
