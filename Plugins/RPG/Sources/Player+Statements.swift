import HearthKit

/// The statements on the table of players.
extension Player {
    private static let columns: SQL = """
        user_id, total_xp, coins, coin_debt, level, rewarded_level, stat_points, current_streak, best_streak, streak_through, \
        streak_until, free_freeze_week, frozen_until
        """

    /// A user's, which nobody else changes until the transaction ends; made when there is none. One statement locks and reads.
    static func locked(_ user: UUID, at now: Timestamp) -> SQL {
        """
        INSERT INTO rpg_players (user_id, total_xp, coins, coin_debt, level, rewarded_level, stat_points, current_streak,
            best_streak, created_at, updated_at)
        VALUES (\(user), 0, 0, 0, 1, 1, 0, 0, 0, \(now), \(now))
        ON CONFLICT (user_id) DO UPDATE SET updated_at = excluded.updated_at RETURNING \(columns)
        """
    }

    /// Those of several users; who has done nothing yet is missing.
    static func all(of users: [UUID]) -> SQL { "SELECT \(columns) FROM rpg_players WHERE user_id IN \(in: users)" }

    /// A user's.
    static func one(_ user: UUID) -> SQL { "SELECT \(columns) FROM rpg_players WHERE user_id = \(user)" }

    /// Stores this one.
    func update(at now: Timestamp) -> SQL {
        """
        UPDATE rpg_players SET total_xp = \(totalXP), coins = \(coins), coin_debt = \(coinDebt), level = \(level),
            rewarded_level = \(rewardedLevel), stat_points = \(statPoints), current_streak = \(streak.current),
            best_streak = \(streak.best), streak_through = \(streak.through), streak_until = \(streakUntil),
            free_freeze_week = \(freeFreezeWeek), frozen_until = \(frozenUntil), updated_at = \(now)
        WHERE user_id = \(userID)
        """
    }
}
