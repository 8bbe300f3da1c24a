import HearthKit

/// Somebody asks somebody for a fight, and what came of it.
///
/// It changes only while its challenger is locked, and is fought while both are.
struct Challenge: Row {
    enum Status: String, Column, CaseIterable {
        /// The defender is asked.
        case pending
        /// Fought.
        case completed
        /// The defender does not want to.
        case declined
        /// The challenger does not want to any more.
        case withdrawn
        /// The defender has not answered in time.
        case expired
    }

    /// How long a defender may think about it.
    static let lifetime = Duration.seconds(24 * 3600)
    /// In coins.
    static let highestBet = 1000

    let id: UUID
    /// What each of them stakes.
    let bet: Int
    let message: String?
    var status = Status.pending
    /// The two as they were when they fought, or, before that, when the challenge was made.
    var challenger: Fighter
    var defender: Fighter
    /// nil unless it was fought.
    var fight: Fight?
    let createdAt: Timestamp
    let expiresAt: Timestamp
    var endedAt: Timestamp?

    /// How a fight ended.
    struct Fight: Hashable {
        let seed: UInt64
        let turns: Int
        /// nil for a draw.
        let winnerID: UUID?
        let challengerXP: Int
        let defenderXP: Int
        /// What the winner got besides his own stake.
        let winnerCoins: Int
    }

    init(id: UUID, bet: Int, message: String?, challenger: Fighter, defender: Fighter, at now: Timestamp) {
        self.id = id
        self.bet = bet
        self.message = message
        self.challenger = challenger
        self.defender = defender
        createdAt = now
        expiresAt = now + Self.lifetime
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        bet = try row.next()
        message = try row.next()
        status = try row.next()
        let (challenger, defender) = (try row.next(JSONValue.self), try row.next(JSONValue.self))
        let (seed, turns, winnerID) = (try row.next(Int?.self), try row.next(Int?.self), try row.next(UUID?.self))
        let (challengerXP, defenderXP) = (try row.next(Int?.self), try row.next(Int?.self))
        let winnerCoins = try row.next(Int?.self)
        createdAt = try row.next()
        expiresAt = try row.next()
        endedAt = try row.next()
        if let seed, let turns, let challengerXP, let defenderXP, let winnerCoins {
            fight = Fight(
                seed: UInt64(bitPattern: Int64(seed)), turns: turns, winnerID: winnerID, challengerXP: challengerXP,
                defenderXP: defenderXP, winnerCoins: winnerCoins)
        }
        self.challenger = try Fighter(json: challenger)
        self.defender = try Fighter(json: defender)
    }
}

extension Challenge {
    /// Whether a user is one of the two.
    func involves(_ user: UUID) -> Bool { [challenger.userID, defender.userID].contains(user) }

    /// Why the balances of the two change.
    var source: Activity.Source { Stake(of: self).source }

    /// The fight, blow by blow; nil unless it was fought.
    var combat: Combat? { fight.map { Combat(challenger, against: defender, seed: $0.seed) } }

    /// Fights it.
    mutating func fight(seed: UInt64, at now: Timestamp) -> Fight {
        let combat = Combat(challenger, against: defender, seed: seed)
        let winner: Fighter? =
            switch combat.outcome {
            case .challengerWins: challenger
            case .defenderWins: defender
            case .draw: nil
            }
        func xp(of fighter: Fighter, against other: Fighter) -> Int {
            fighter.userID == winner?.userID ? CombatReward.xp(winning: fighter, over: other) : CombatReward.consolationXP
        }
        let fight = Fight(
            seed: seed, turns: combat.turns.count, winnerID: winner?.userID,
            challengerXP: xp(of: challenger, against: defender), defenderXP: xp(of: defender, against: challenger),
            winnerCoins: winner == nil ? 0 : CombatReward.coins + bet)
        self.fight = fight
        status = .completed
        endedAt = now
        return fight
    }
}

/// What a fight brings.
enum CombatReward {
    /// For whoever does not win.
    static let consolationXP = 10
    /// For the winner, who gets the loser's stake too.
    static let coins = 25

    /// For the winner: more when the other one was above him.
    static func xp(winning winner: Fighter, over loser: Fighter) -> Int { 50 + 10 * max(0, loser.level - winner.level) }
}
