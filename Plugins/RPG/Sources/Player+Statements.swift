import HearthKit

/// The statements on the table of players.
extension Player {
    /// In the order in which they are read.
    static let columns: SQL = """
        user_id, timezone, total_xp, coins, coin_debt, level, rewarded_level, stat_points, current_streak, best_streak, \
        streak_through, streak_until, rests_until, free_freeze_week, frozen_until, tally, xp_bucket, ranked_streak, streak_ends_at
        """

    /// A user's, which nobody else changes until the transaction ends; made when there is none. One statement locks and reads.
    static func locked(_ user: UUID, at now: Timestamp) -> SQL {
        """
        \(insertion(of: user, at: now))
        ON CONFLICT (user_id) DO UPDATE SET updated_at = excluded.updated_at RETURNING \(columns)
        """
    }

    /// Adds a user's, unless it is there.
    static func addition(of user: UUID, at now: Timestamp) -> SQL {
        "\(insertion(of: user, at: now)) ON CONFLICT (user_id) DO NOTHING"
    }

    private static func insertion(of user: UUID, at now: Timestamp) -> SQL {
        """
        INSERT INTO rpg_players (user_id, total_xp, coins, coin_debt, level, rewarded_level, stat_points, current_streak,
            best_streak, xp_bucket, ranked_streak, created_at, updated_at)
        VALUES (\(user), 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, \(now), \(now))
        """
    }

    /// A page of those in a time zone whose streak ends on a day unless something is done, by id.
    static func endingStreaks(on day: LocalDate, in zone: String, after last: UUID?, limit: Int) -> SQL {
        let rest: SQL = last.map { "AND user_id > \($0)" } ?? ""
        return """
            SELECT \(columns) FROM rpg_players
            WHERE streak_until = \(day) AND timezone = \(zone) AND current_streak > 0 \(rest)
            ORDER BY user_id LIMIT \(limit)
            """
    }

    /// Those of several users; who has done nothing yet is missing.
    static func all(of users: [UUID]) -> SQL { "SELECT \(columns) FROM rpg_players WHERE user_id IN \(in: users)" }

    /// The levels of several users; who has done nothing yet is missing.
    static func levels(of users: [UUID]) -> SQL { "SELECT level FROM rpg_players WHERE user_id IN \(in: users)" }

    /// Who of all players has registered first: ids ascend with time.
    static let firstRegistered: SQL = "SELECT user_id FROM rpg_players ORDER BY user_id LIMIT 1"

    /// A user's.
    static func one(_ user: UUID) -> SQL { "SELECT \(columns) FROM rpg_players WHERE user_id = \(user)" }

    /// Stores this one. Rankings have to be told: ``Context/changes(of:)`` does both.
    func update(ranked standing: Standing, at now: Timestamp) -> SQL {
        """
        UPDATE rpg_players SET timezone = \(timezone), total_xp = \(totalXP), coins = \(coins), coin_debt = \(coinDebt), level = \(level),
            rewarded_level = \(rewardedLevel), stat_points = \(statPoints), current_streak = \(streak.current),
            best_streak = \(streak.best), streak_through = \(streak.through), streak_until = \(streakUntil),
            rests_until = \(restsUntil), free_freeze_week = \(freeFreezeWeek), frozen_until = \(frozenUntil),
            tally = \(tally.stored), xp_bucket = \(standing.xp), ranked_streak = \(standing.streak),
            streak_ends_at = \(streakEndsAt), updated_at = \(now)
        WHERE user_id = \(userID)
        """
    }
}

extension Optional where Wrapped: Row {
    /// What a statement has locked that makes the player where there is none.
    ///
    /// - Throws: ``HostError`` of kind `failed` when it has not.
    func locked() throws(HostError) -> Wrapped {
        guard let self else { throw HostError(.failed, message: "the player was not locked") }
        return self
    }
}
