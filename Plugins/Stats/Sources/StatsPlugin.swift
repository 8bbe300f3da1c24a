public import HearthKit

/// What users have done, day by day.
///
/// `Counting` turns what other plugins tell into activities and adds the activities of a day up to a `Day`; `Closing` notes, when
/// a day is over, what was due on it. Everything that is shown follows from days: a `History` knows those of a user, a `Period` sums
/// some of them up. What is due, and the names of habits, come from `habits/1`; streaks and levels from `characters/1`.
public struct StatsPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "stats"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers the routes, and who wants to be told what.
    public init(_ setup: Setup) throws {
        setup.countEvents()
        Closing.add(to: setup)
        setup.provideCompletionRanking()
        setup.routes(tag: "Statistics").addStatistics()
    }
}
