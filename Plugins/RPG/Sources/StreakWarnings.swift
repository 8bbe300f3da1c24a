import HearthKit

/// Tells users in their own evening that their streak ends today unless something is done.
enum StreakWarnings {
    /// Not tried again: a warning after midnight is worse than none.
    private static let kind = JobKind<Int>("warn_of_streaks", retry: .never)
    /// Shorter streaks are not worth a message.
    private static let shortest = 3
    /// How many players are looked at together.
    private static let pageSize = 500

    /// Registers the job with its schedule: at eight in the evening of each zone in which there are users.
    static func add(to setup: Setup) {
        setup.job(kind) { job, _ in if let tick = job.tick { try await warn(tick, on: job.context) } }
        setup.schedule("streak_warnings", .cronOfUsers("0 20 * * *"), kind, 0, overlap: .allow, catchUp: .none)
    }

    private static func warn(_ tick: ScheduleTick, on context: Context) async throws {
        let today = try context.date(at: tick.at, in: tick.zone)
        var page: [Player] = []
        repeat {
            page = try await context.query(
                Player.endingStreaks(on: today, in: tick.zone, after: page.last?.userID, limit: pageSize))
            for player in page where player.streak.current >= shortest {
                try await context.send(.streakWarning(player.streak.current, on: today), to: player.userID)
            }
        } while page.count == pageSize
    }
}
