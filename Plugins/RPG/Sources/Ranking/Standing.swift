import HearthKit

/// The buckets in which a player is counted, one for each metric that is counted; 0 where he does not take part.
struct Standing: Hashable {
    /// Of his experience.
    var xp = 0
    /// His level; 0 without experience.
    var level = 0
    /// The days of his streak, while it goes on.
    var streak = 0
}

extension Standing {
    /// Where a player moves when he goes from here to another place.
    func moves(to new: Standing) -> [RankMove] {
        [
            RankMove(.xp, from: xp, to: new.xp), RankMove(.level, from: level, to: new.level),
            RankMove(.streak, from: streak, to: new.streak),
        ].filter { $0.from != $0.to }
    }
}

extension Player {
    /// Where he ranks at an instant.
    func standing(at now: Timestamp) -> Standing {
        Standing(
            xp: RankBucket.of(totalXP), level: totalXP > 0 ? level : 0,
            streak: streakEndsAt.map { $0 > now } ?? false ? streak.current : 0)
    }
}

extension Context {
    /// The statements that store a player whom this transaction has locked, and note where he has moved in the rankings.
    func changes(of player: Player) throws -> [SQL] {
        var player = player
        player.timezone = try zone(of: player)
        player.streakEndsAt = try end(of: player.lastStreakDay, in: player.timezone)
        let standing = player.standing(at: now)
        return [player.update(ranked: standing, at: now)] + RankMove.insertion(player.stored.moves(to: standing))
    }

    /// When a streak is over that lasts to the end of a day.
    func end(of lastDay: LocalDate?, in zone: String) throws(HostError) -> Timestamp? {
        guard let lastDay else { return nil }
        return try bounds(of: lastDay, in: zone).upperBound
    }
}
