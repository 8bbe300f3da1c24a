import HearthKit

/// What the operator decides about fights.
struct CombatRules: Sendable {
    /// From which level on users fight.
    let level: Int
    /// How long two users have to wait between their fights.
    let cooldown: Duration
    /// How many challenges a user can make on one of his days.
    let challengesPerDay: Int

    /// - Throws: ``HostError`` when `plugin.toml` declares other settings.
    init(_ settings: Settings) throws {
        level = try settings.integer("combat_level")
        cooldown = .seconds(60 * (try settings.integer("combat_cooldown_minutes")))
        challengesPerDay = try settings.integer("combat_challenges_per_day")
    }

    /// Looks whether the two may fight.
    ///
    /// - Throws: ``Failure`` 400 when one of them has no character or is not far enough.
    func check(_ opponents: Opponents) throws(Failure) -> (challenger: Fighter, defender: Fighter) {
        guard let challenger = opponents.challenger.fighter else { throw .characterRequired }
        guard let defender = opponents.defender.fighter else { throw .opponentWithoutCharacter }
        guard challenger.level >= level else { throw .combatLocked(until: level) }
        guard defender.level >= level else { throw .opponentLocked(until: level) }
        return (challenger, defender)
    }

    /// When the two may fight again; nil for now.
    func pause(after latest: Challenge?, at now: Timestamp) -> Timestamp? {
        guard let ended = latest?.endedAt, ended + cooldown > now else { return nil }
        return ended + cooldown
    }
}
