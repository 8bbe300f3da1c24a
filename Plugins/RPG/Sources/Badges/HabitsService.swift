import HearthKit

/// The habits of a user, as whoever provides `habits/1` knows them.
enum HabitsService {
    private static let summaries = ServiceMethod<Owner, Summaries>("habits/1", "summaries")
    private static let perfectDays = ServiceMethod<Perfection, PerfectDays>("habits/1", "perfect_days")

    /// All habits of a user; none where nobody knows of habits.
    ///
    /// - Parameter zone: In which their days are those of the user.
    static func habits(of user: UUID, in zone: String, _ context: Context) async throws -> [Surroundings.Habit] {
        let summaries = try await context.call(summaries, Owner(userID: user))?.habits ?? []
        return try summaries.map { summary in
            Surroundings.Habit(
                streak: summary.days(summary.streak), bestStreak: summary.days(summary.bestStreak),
                createdOn: try context.date(at: summary.createdAt, in: zone),
                archivedOn: try summary.archivedAt.map { try context.date(at: $0, in: zone) })
        }
    }

    /// How many days up to now a user has left out nothing that was due.
    ///
    /// - Parameter limit: Longer ago nobody looks.
    static func perfectDays(of user: UUID, atMost limit: Int, _ context: Context) async throws -> Int {
        try await context.call(perfectDays, Perfection(userID: user, within: limit))?.days ?? 0
    }

    private struct Owner: Output {
        let userID: UUID

        static let schema = Schema<Owner>("HabitsOwner") { Field("user_id") { $0.userID } }
    }

    private struct Summaries: Input {
        var habits: [Summary] = []

        static let schema = Schema<Summaries>("HabitsSummaries") { Field("habits", \.habits, .required) }
    }

    private struct Summary: Input, Output {
        var frequency = ""
        var streak = 0
        var bestStreak = 0
        var createdAt = Timestamp(microseconds: 0)
        var archivedAt: Timestamp?

        static let schema = Schema<Summary>("HabitsSummary") {
            Field("frequency", \.frequency, .required)
            Field("current_streak", \.streak, .required)
            Field("best_streak", \.bestStreak, .required)
            Field("created_at", \.createdAt, .required)
            Field("archived_at", \.archivedAt)
        }

        /// A streak in days: some count weeks.
        func days(_ streak: Int) -> Int { ["weekly", "x_per_week"].contains(frequency) ? streak * 7 : streak }
    }

    private struct Perfection: Output {
        let userID: UUID
        let within: Int

        static let schema = Schema<Perfection>("HabitsPerfection") {
            Field("user_id") { $0.userID }
            Field("within") { $0.within }
        }
    }

    private struct PerfectDays: Input {
        var days = 0

        static let schema = Schema<PerfectDays>("HabitsPerfectDays") { Field("days", \.days, .required) }
    }
}
