import HearthKit

/// What a source was credited with.
struct Award: Row, Hashable {
    let id: UUID
    let reward: Reward
    /// Of the user's clock at the time.
    let hour: Int
    /// Of what was done, at the time.
    let category: String?
    /// Whether it was taken back.
    let isRevoked: Bool

    init(id: UUID, reward: Reward, hour: Int, category: String?) {
        self.id = id
        self.reward = reward
        self.hour = hour
        self.category = category
        isRevoked = false
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        var reward = Reward()
        reward.xp = try row.next()
        reward.coins = try row.next()
        reward.multiplierPercent = try row.next()
        reward.streak.current = try row.next()
        reward.streak.best = try row.next()
        reward.level.before = try row.next()
        reward.level.after = try row.next()
        if case .array(let badges) = try row.next(JSONValue.self) {
            reward.badges = badges.compactMap { if case .string(let code) = $0 { code } else { nil } }
        }
        self.reward = reward
        hour = try row.next()
        category = try row.next()
        isRevoked = try row.next(Timestamp?.self) != nil
    }
}

/// The statements on the table of awards.
extension Award {
    /// What a source was credited with, revoked or not.
    static func of(_ activity: Activity) -> SQL {
        """
        SELECT id, xp, coins, multiplier_percent, current_streak, best_streak, level_before, level_after, badges,
            local_hour, category, revoked_at
        FROM rpg_awards
        WHERE user_id = \(activity.userID) AND source_kind = \(activity.source.kind) AND source_id = \(activity.source.id)
        """
    }

    /// The days on which a user did something that counts for the streak, in ascending order.
    ///
    /// - Parameter excluded: An award that is about to go.
    static func days(of user: UUID, without excluded: UUID? = nil) -> SQL {
        let others: SQL = excluded.map { "AND id <> \($0)" } ?? ""
        return """
            SELECT DISTINCT local_date FROM rpg_awards
            WHERE user_id = \(user) AND extends_streak AND revoked_at IS NULL \(others) ORDER BY local_date
            """
    }

    /// The first completion of each day from a day on on which a user has completed something, in ascending order.
    ///
    /// - Parameter excluded: An award that is about to go.
    static func dayStarts(of user: UUID, from day: LocalDate, without excluded: UUID) -> SQL {
        """
        SELECT local_date, min(occurred_at) FROM rpg_awards
        WHERE user_id = \(user) AND local_date >= \(day) AND extends_streak AND source_kind <> 'habit_backfill'
            AND revoked_at IS NULL AND id <> \(excluded)
        GROUP BY local_date ORDER BY local_date
        """
    }

    /// Stores this one, in the place of one that was revoked; no row is affected when there is one that was not.
    func insertion(for activity: Activity, at now: Timestamp) -> SQL {
        """
        INSERT INTO rpg_awards (id, user_id, source_kind, source_id, local_date, local_hour, extends_streak, xp, coins,
            multiplier_percent, current_streak, best_streak, level_before, level_after, badges, occurred_at, category, awarded_at)
        VALUES (\(id), \(activity.userID), \(activity.source.kind), \(activity.source.id), \(activity.localDate), \(hour),
            \(activity.kind.extendsStreak), \(reward.xp), \(reward.coins), \(reward.multiplierPercent), \(reward.streak.current),
            \(reward.streak.best), \(reward.level.before), \(reward.level.after), \(JSONValue.array(reward.badges.map { .string($0) })),
            \(activity.occurredAt), \(category), \(now))
        ON CONFLICT (user_id, source_kind, source_id) DO UPDATE SET
            local_date = excluded.local_date, local_hour = excluded.local_hour, xp = excluded.xp, coins = excluded.coins,
            multiplier_percent = excluded.multiplier_percent, current_streak = excluded.current_streak,
            best_streak = excluded.best_streak, level_before = excluded.level_before, level_after = excluded.level_after,
            badges = excluded.badges, occurred_at = excluded.occurred_at, category = excluded.category, awarded_at = excluded.awarded_at,
            revoked_at = NULL
        WHERE rpg_awards.revoked_at IS NOT NULL
        """
    }

    /// Notes that this one was taken back.
    func revocation(at now: Timestamp) -> SQL { "UPDATE rpg_awards SET revoked_at = \(now) WHERE id = \(id)" }
}
