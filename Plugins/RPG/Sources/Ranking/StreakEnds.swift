import HearthKit

/// Takes streaks that are over out of the ranking, at the users' own midnights.
///
/// When a streak is over follows from what was done last, from rests and from the free freeze (``Player/lastStreakDay``), and
/// from the user's time zone; the instant is stored with the player whenever one of these changes. Rankings heed it at once; the
/// job only keeps them from looking at more and more streaks of the past.
enum StreakEnds {
    private static let kind = JobKind<Int>("end_streaks")
    /// How many are ended together.
    private static let chunk = 1000

    /// Registers the job with its schedule, and the observer of time zones.
    static func add(to setup: Setup) {
        setup.job(kind) { job, _ in try await run(on: job.context) }
        // Midnights are at whole quarters of an hour, all over the world.
        setup.schedule("streak_ends", .cron("*/15 * * * *"), kind, 0)
        setup.observeUsers([.changed]) { context, change in try await context.followZoneLater(of: change.user) }
        setup.job(ZoneFollowing.kind) { job, user in try await job.context.followZone(of: user) }
    }

    private static func run(on context: Context) async throws {
        var ended = 0
        repeat {
            ended = try await context.transaction { transaction in
                let users: [UUID] = try await transaction.query(over(at: transaction.now))
                if !users.isEmpty { try await transaction.execute([moves(of: users), removal(of: users)]) }
                return users.count
            }
        } while ended == chunk
    }

    /// Whose streaks are over, but for players who are being changed right now: that ranks them anew.
    private static func over(at now: Timestamp) -> SQL {
        """
        SELECT user_id FROM rpg_players WHERE ranked_streak > 0 AND streak_ends_at <= \(now) LIMIT \(chunk)
        FOR UPDATE SKIP LOCKED
        """
    }

    private static func moves(of users: [UUID]) -> SQL {
        """
        INSERT INTO rpg_rank_moves (metric, from_bucket, to_bucket)
        SELECT 'streak', ranked_streak, 0 FROM rpg_players WHERE user_id IN \(in: users)
        """
    }

    private static func removal(of users: [UUID]) -> SQL {
        "UPDATE rpg_players SET ranked_streak = 0 WHERE user_id IN \(in: users)"
    }
}

/// Keeps the time zones of players those of their users.
private enum ZoneFollowing {
    static let kind = JobKind<UUID>("follow_zone")
}

extension Context {
    /// Looks at a user's time zone when this transaction is over: in it users cannot be looked up.
    fileprivate func followZoneLater(of user: UUID) async throws {
        let player: Player? = try await first(Player.one(user))
        if player != nil { try await enqueue(ZoneFollowing.kind, user) }
    }

    /// A user's midnight comes at another instant when he has changed his time zone.
    fileprivate func followZone(of user: UUID) async throws {
        guard let zone = try await users([user]).first?.timezone else { return }
        try await transaction { transaction in
            let found: Player? = try await transaction.first(Player.locked(user, at: transaction.now))
            guard var player = found, player.timezone != zone else { return }
            player.timezone = zone
            try await transaction.execute(transaction.changes(of: player))
        }
    }
}
