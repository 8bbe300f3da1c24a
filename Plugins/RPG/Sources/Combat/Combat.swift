import HearthKit

/// A fight by the document's rules: one blow a turn, whoever is quicker begins, up to fifty turns.
///
/// It follows from the fighters and the seed alone, so it can be fought again with the same log.
struct Combat: Hashable {
    /// After which it is decided by who has the larger share of his life left.
    static let longest = 50

    /// One blow.
    struct Turn: Hashable {
        let number: Int
        /// Whether the challenger strikes.
        let isChallengers: Bool
        /// 0 when it is dodged.
        let damage: Int
        let isCritical: Bool
        let isDodged: Bool
        /// Of the one who strikes, and of the other, after the blow.
        let attackerHP: Int
        let defenderHP: Int
    }

    enum Outcome: Hashable {
        case challengerWins, defenderWins, draw
    }

    let turns: [Turn]
    let challengerHP: Int
    let defenderHP: Int
    let outcome: Outcome

    /// Fights.
    init(_ challenger: Fighter, against defender: Fighter, seed: UInt64) {
        var random = CombatRandom(seed: seed)
        var hp = (challenger: challenger.hitPoints, defender: defender.hitPoints)
        var turns: [Turn] = []
        var isChallengers = challenger.stats.agility >= defender.stats.agility
        while turns.count < Self.longest, hp.challenger > 0, hp.defender > 0 {
            let (attacker, target) = isChallengers ? (challenger, defender) : (defender, challenger)
            let blow = Blow(of: attacker, against: target, &random)
            if isChallengers {
                hp.defender = max(0, hp.defender - blow.damage)
            } else {
                hp.challenger = max(0, hp.challenger - blow.damage)
            }
            turns.append(
                Turn(
                    number: turns.count + 1, isChallengers: isChallengers, damage: blow.damage, isCritical: blow.isCritical,
                    isDodged: blow.isDodged, attackerHP: isChallengers ? hp.challenger : hp.defender,
                    defenderHP: isChallengers ? hp.defender : hp.challenger))
            isChallengers.toggle()
        }
        self.turns = turns
        challengerHP = hp.challenger
        defenderHP = hp.defender
        // The shares compared without fractions. Who is down has none.
        let shares = (hp.challenger * defender.hitPoints, hp.defender * challenger.hitPoints)
        outcome = shares.0 == shares.1 ? .draw : shares.0 > shares.1 ? .challengerWins : .defenderWins
    }

    /// How often the challenger wins, and how often nobody does, of so many fights.
    static func odds(of challenger: Fighter, against defender: Fighter, fights: Int, seed: UInt64) -> (wins: Int, draws: Int) {
        var seeds = CombatRandom(seed: seed)
        var odds = (wins: 0, draws: 0)
        for _ in 0..<fights {
            switch Combat(challenger, against: defender, seed: seeds.next()).outcome {
            case .challengerWins: odds.wins += 1
            case .draw: odds.draws += 1
            case .defenderWins: break
            }
        }
        return odds
    }
}

/// What a blow does.
private struct Blow {
    var damage = 0
    var isCritical = false
    var isDodged = false

    /// Dodged or not, then how hard, then whether it is a critical one: always drawn in this order.
    init(of attacker: Fighter, against target: Fighter, _ random: inout CombatRandom) {
        isDodged = random.happens(target.dodge)
        guard !isDodged else { return }
        // From 0.800 to 1.200 of the strength.
        damage = max(0, attacker.stats.strength) * (800 + random.below(401)) / 1000
        isCritical = random.happens(attacker.critical)
        if isCritical { damage = damage * 3 / 2 }
        damage = max(1, damage * (100 - target.reduction) / 100)
    }
}
