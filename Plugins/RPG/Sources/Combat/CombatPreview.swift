import HearthKit

/// How a fight would probably end.
struct CombatPreview: Output {
    /// How many fights are tried.
    static let fights = 1000

    let challenger: CombatParticipant
    let defender: CombatParticipant
    let odds: (wins: Int, draws: Int)
    let availableAt: Timestamp?
    let isPending: Bool

    static let schema = Schema<CombatPreview>("CombatPreview") {
        Field("challenger", .docs("Oneself.")) { $0.challenger }
        Field("defender") { $0.defender }
        Field("win_probability", .docs("0 to 1, from simulated fights.")) { $0.share($0.odds.wins) }
        Field("draw_probability") { $0.share($0.odds.draws) }
        Field("loss_probability") { $0.share(fights - $0.odds.wins - $0.odds.draws) }
        Field("simulated_fights") { _ in fights }
        Field("xp_for_winning") { CombatReward.xp(winning: $0.challenger.fighter, over: $0.defender.fighter) }
        Field("xp_otherwise") { _ in CombatReward.consolationXP }
        Field("coins_for_winning", .docs("Besides the bet.")) { _ in CombatReward.coins }
        Field("is_pending", .docs("Whether there is a challenge between the two that is not answered yet.")) { $0.isPending }
        Field("available_at", .docs("When the two can fight again; null for now.")) { $0.availableAt }
    }

    private func share(_ count: Int) -> Double { Double(count) / Double(Self.fights) }
}

extension Context {
    /// How a fight of a user against another one would probably end. Asked again, the answer is the same.
    ///
    /// - Throws: ``Failure`` as for a challenge.
    func combatPreview(_ opponent: UUID, for user: UUID, rules: CombatRules) async throws -> CombatPreview {
        let other = try await self.opponent(opponent, of: user)
        let opponents = try await opponents(user, opponent, locking: false)
        let (challenger, defender) = try rules.check(opponents)
        let me = try await users([user]).first
        return CombatPreview(
            challenger: CombatParticipant(fighter: challenger, user: me, finalHP: nil),
            defender: CombatParticipant(fighter: defender, user: other, finalHP: nil),
            // The seed does not matter: the seed of a true fight has nothing to do with it.
            odds: Combat.odds(of: challenger, against: defender, fights: CombatPreview.fights, seed: 1),
            availableAt: rules.pause(after: opponents.latest, at: now), isPending: opponents.latest?.status == .pending)
    }
}
