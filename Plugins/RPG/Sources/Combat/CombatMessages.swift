import HearthKit

/// Challenges a user who stands in the path.
struct ChallengeCreate: Input {
    var bet = 0
    var message: String?

    static let schema = Schema<ChallengeCreate>("ChallengeCreateRequest") {
        Field("bet_coins", \.bet, .range(0...Challenge.highestBet), .docs("What each of the two stakes; the winner takes it."))
        Field("message", \.message, .length(...200))
    }
}

/// Challenges a user who stands in the body.
struct ChallengeOfUser: Input {
    var defenderID = UUID.zero
    var challenge = ChallengeCreate()

    static let schema = Schema<ChallengeOfUser>("ChallengeOfUser") {
        Field("defender_id", \.defenderID, .required)
        Include(\.challenge)
    }
}

/// What became of a new challenge.
struct ChallengeCreated: Output {
    let challenge: Challenge

    static let schema = Schema<ChallengeCreated>("ChallengeCreateResponse") {
        Field("success") { _ in true }
        Field("combat_id") { $0.challenge.id }
        Field("status", .docs("`completed` when it was fought at once, `pending` while the other one is asked.")) {
            $0.challenge.status.wireName
        }
        Field("message") { $0.message }
    }

    private var message: String {
        let name = challenge.defender.name
        guard let fight = challenge.fight else { return "Challenge sent to \(name)" }
        guard let winner = fight.winnerID else { return "A draw against \(name)" }
        return winner == challenge.defender.userID ? "Defeated by \(name)" : "Victory over \(name)!"
    }
}

extension Challenge.Status {
    /// As clients know it: they have one word for what has ended without a fight.
    var wireName: String {
        switch self {
        case .pending, .completed: rawValue
        case .declined, .withdrawn, .expired: "cancelled"
        }
    }

    /// Why it has ended without a fight; nil when it has not.
    var cancellation: String? { wireName == rawValue ? nil : rawValue }
}

/// One of the two of a challenge.
struct CombatParticipant: Output {
    let fighter: Fighter
    let user: User?
    /// nil unless it was fought.
    let finalHP: Int?

    static let schema = Schema<CombatParticipant>("CombatParticipantResponse") {
        Field("user_id") { $0.fighter.userID }
        Field("username") { $0.user?.username ?? "" }
        Field("character_name") { $0.fighter.name }
        Field("character_class") { $0.fighter.characterClass }
        Field("level") { $0.fighter.level }
        Field("avatar_url") { $0.user?.avatarURL }
        Field("stats", .docs("With what he wore.")) { StatsDistribution(stats: $0.fighter.stats) }
        Field("max_hp") { $0.fighter.hitPoints }
        Field("final_hp", .docs("Null unless it was fought.")) { $0.finalHP }
    }
}

/// A challenge, and the fight blow by blow.
struct CombatResponse: Output {
    let challenge: Challenge
    let combat: Combat?
    let users: [User]
    let language: Language

    init(_ challenge: Challenge, _ users: [User], in language: Language) {
        self.challenge = challenge
        combat = challenge.combat
        self.users = users
        self.language = language
    }

    static let schema = Schema<CombatResponse>("CombatResponse") {
        Field("id") { $0.challenge.id }
        Field("status", .docs("`pending`, `completed` or `cancelled`.")) { $0.challenge.status.wireName }
        Field("cancellation", .docs("`declined`, `withdrawn` or `expired`; null unless it ended without a fight.")) {
            $0.challenge.status.cancellation
        }
        Field("challenger") { $0.participant($0.challenge.challenger, $0.combat?.challengerHP) }
        Field("defender") { $0.participant($0.challenge.defender, $0.combat?.defenderHP) }
        Field("message") { $0.challenge.message }
        Field("winner_id", .docs("Null for a draw.")) { $0.challenge.fight?.winnerID }
        Field("bet_coins") { $0.challenge.bet }
        Field("total_turns") { $0.challenge.fight?.turns }
        Field("winner_xp_reward") { $0.challenge.winnerXP }
        Field("winner_coins_reward", .docs("Besides his own stake.")) { $0.challenge.fight?.winnerCoins ?? 0 }
        Field("seed", .docs("Hexadecimal. With the stats of both it gives the same fight again.")) { $0.seed }
        Field("combat_log") { $0.log }
        Field("created_at") { $0.challenge.createdAt }
        Field("expires_at") { $0.challenge.expiresAt }
        Field("ended_at") { $0.challenge.endedAt }
    }

    private func participant(_ fighter: Fighter, _ finalHP: Int?) -> CombatParticipant {
        CombatParticipant(fighter: fighter, user: users.first { $0.id == fighter.userID }, finalHP: finalHP)
    }

    private var seed: String? { challenge.fight.map { String($0.seed, radix: 16) } }

    private var log: [CombatLogEntry] {
        (combat?.turns ?? []).map { turn in
            let (attacker, defender) =
                turn.isChallengers ? (challenge.challenger, challenge.defender) : (challenge.defender, challenge.challenger)
            return CombatLogEntry(turn: turn, attacker: attacker, defender: defender, language: language)
        }
    }
}

extension Challenge {
    /// What the winner got; 0 when there is none.
    var winnerXP: Int {
        guard let fight, let winner = fight.winnerID else { return 0 }
        return winner == challenger.userID ? fight.challengerXP : fight.defenderXP
    }
}

/// A blow.
struct CombatLogEntry: Output {
    let turn: Combat.Turn
    let attacker: Fighter
    let defender: Fighter
    let language: Language

    static let schema = Schema<CombatLogEntry>("CombatLogEntry") {
        Field("turn") { $0.turn.number }
        Field("attacker_id") { $0.attacker.userID }
        Field("defender_id") { $0.defender.userID }
        Field("action", .docs("`attack`, `critical` or `dodge`.")) { $0.action }
        Field("damage_dealt") { $0.turn.damage }
        Field("is_critical") { $0.turn.isCritical }
        Field("is_dodge") { $0.turn.isDodged }
        Field("attacker_hp") { $0.turn.attackerHP }
        Field("defender_hp") { $0.turn.defenderHP }
        Field("message") { $0.message }
    }

    private var action: String { turn.isDodged ? "dodge" : turn.isCritical ? "critical" : "attack" }

    private var message: String {
        let (attacker, defender, damage) = (attacker.name, defender.name, turn.damage)
        return switch (language, action) {
        case (.french, "dodge"): "\(defender) esquive l'attaque de \(attacker)"
        case (.french, "critical"): "Coup critique ! \(attacker) inflige \(damage) dégâts à \(defender)"
        case (.french, _): "\(attacker) inflige \(damage) dégâts à \(defender)"
        case (.english, "dodge"): "\(defender) dodges the blow of \(attacker)"
        case (.english, "critical"): "Critical hit! \(attacker) deals \(damage) damage to \(defender)"
        case (.english, _): "\(attacker) deals \(damage) damage to \(defender)"
        }
    }
}

/// Which page of the history.
struct CombatPage: Input {
    var page = 1
    var perPage = 20

    static let schema = Schema<CombatPage>("CombatPage") {
        Field("page", \.page, .range(1...1_000_000))
        Field("per_page", \.perPage, .range(1...50))
    }
}

/// A challenge as one of the two sees it in his history.
struct CombatSummary: Output {
    let challenge: Challenge
    let user: UUID

    static let schema = Schema<CombatSummary>("CombatSummaryResponse") {
        Field("id") { $0.challenge.id }
        Field("status", .docs("`pending`, `completed` or `cancelled`.")) { $0.challenge.status.wireName }
        Field("opponent_id") { $0.opponent.userID }
        Field("opponent_name") { $0.opponent.name }
        Field("opponent_class") { $0.opponent.characterClass }
        Field("is_challenger") { $0.isChallenger }
        Field("won", .docs("Null for a draw, and unless it was fought.")) { $0.won }
        Field("bet_coins") { $0.challenge.bet }
        Field("xp_earned") { ($0.isChallenger ? $0.challenge.fight?.challengerXP : $0.challenge.fight?.defenderXP) ?? 0 }
        Field("coins_earned", .docs("Besides one's own stake.")) { $0.won == true ? $0.challenge.fight?.winnerCoins ?? 0 : 0 }
        Field("total_turns") { $0.challenge.fight?.turns }
        Field("created_at") { $0.challenge.createdAt }
    }

    private var isChallenger: Bool { challenge.challenger.userID == user }
    private var opponent: Fighter { isChallenger ? challenge.defender : challenge.challenger }
    private var won: Bool? { challenge.fight?.winnerID.map { $0 == user } }
}

/// A challenge that waits for one's answer.
struct PendingChallenge: Output {
    let challenge: Challenge

    static let schema = Schema<PendingChallenge>("PendingChallengeResponse") {
        Field("id") { $0.challenge.id }
        Field("challenger_id") { $0.challenge.challenger.userID }
        Field("challenger_name") { $0.challenge.challenger.name }
        Field("challenger_class") { $0.challenge.challenger.characterClass }
        Field("challenger_level") { $0.challenge.challenger.level }
        Field("bet_coins") { $0.challenge.bet }
        Field("message") { $0.challenge.message }
        Field("expires_at") { $0.challenge.expiresAt }
        Field("created_at") { $0.challenge.createdAt }
    }
}

/// What a user has fought so far.
struct CombatStats: Output {
    let record: CombatRecord
    let favouriteClass: String?
    let nemesis: String?

    static let schema = Schema<CombatStats>("CombatStatsResponse") {
        Field("total_battles") { $0.record.battles }
        Field("wins") { $0.record.wins }
        Field("losses") { $0.record.losses }
        Field("draws") { $0.record.draws }
        Field("win_rate", .docs("In percent, with one decimal.")) { $0.record.winRate }
        Field("current_win_streak") { $0.record.winStreak }
        Field("best_win_streak") { $0.record.bestWinStreak }
        Field("total_xp_earned") { $0.record.xpEarned }
        Field("total_coins_earned") { $0.record.coinsEarned }
        Field("total_coins_lost") { $0.record.coinsLost }
        Field("favorite_class_to_fight", .docs("The class fought most often.")) { $0.favouriteClass }
        Field("nemesis", .docs("The character that has won most often.")) { $0.nemesis }
    }
}

/// For which bets one need not be asked.
struct CombatSettings: Input, Output {
    var openBet = 0

    static let schema = Schema<CombatSettings>("CombatSettings") {
        Field(
            "open_duels_up_to", \.openBet, .required, .range(0...Challenge.highestBet),
            .docs("Challenges for bets up to this many coins are fought at once; 0 to be asked each time."))
    }
}
