import HearthKit
import Testing

@testable import RPG

/// What a fight brings, and how it is counted.
struct ChallengeTests {
    private func fighter(_ digit: Int, strength: Int, level: Int = 1) -> Fighter {
        Fighter(
            userID: UUID("019a0f5e-6a00-7000-8000-00000000000\(digit)") ?? .zero, name: "\(digit)", level: level,
            stats: Stats(strength: strength, endurance: 10))
    }

    /// A challenge whose winner is certain: nobody dodges, and nobody hits critically.
    private func fought(_ challenger: Fighter, _ defender: Fighter, bet: Int = 0) throws -> Challenge {
        var challenge = Challenge(
            id: someone, bet: bet, message: nil, challenger: challenger, defender: defender,
            at: try instant("2026-11-20T12:00:00Z"))
        _ = challenge.fight(seed: 1, at: try instant("2026-11-20T12:00:00Z"))
        return challenge
    }

    @Test func `the winner gets more for somebody above him, and the other one a consolation`() throws {
        let (strong, weak) = (fighter(1, strength: 50, level: 3), fighter(2, strength: 5, level: 7))
        let up = try #require(try fought(strong, weak, bet: 30).fight)
        #expect(up.winnerID == strong.userID && up.challengerXP == 50 + 4 * 10 && up.defenderXP == 10 && up.winnerCoins == 55)
        let down = try #require(try fought(weak, fighter(1, strength: 50, level: 9)).fight)
        #expect(down.winnerID == strong.userID && down.challengerXP == 10 && down.defenderXP == 50 && down.winnerCoins == 25)
        let even = try #require(try fought(fighter(1, strength: 1), fighter(2, strength: 1), bet: 30).fight)
        #expect(even.winnerID == nil && even.challengerXP == 10 && even.defenderXP == 10 && even.winnerCoins == 0)
        #expect(even.turns == 50)
    }

    @Test func `the books of both move what is recorded, and nothing stays set aside`() throws {
        let sides = [fighter(1, strength: 50), fighter(2, strength: 5)]
        for pair in [sides, sides.reversed(), [fighter(1, strength: 1), fighter(2, strength: 1)]] {
            let challenge = try fought(pair[0], pair[1], bet: 40)
            let fight = try #require(challenge.fight)
            for (side, xp) in zip(pair, [fight.challengerXP, fight.defenderXP]) {
                var player = Player(userID: side.userID)
                player.coins = 40
                var books = Bookkeeping(player, because: challenge.source)
                let isStaked = books.spend(coins: 40, on: .escrow)
                books.settle(fight, bet: 40, xp: xp)
                let isWinner = fight.winnerID == side.userID
                let expected = fight.winnerID == nil ? 40 : isWinner ? 40 + fight.winnerCoins : 0
                #expect(isStaked && books.player.coins == expected && books.player.totalXP == xp)
                let inEscrow = books.entries.reduce(0) {
                    $0 + ($1.to == .escrow ? $1.amount : 0) - ($1.from == .escrow ? $1.amount : 0)
                }
                #expect(inEscrow == 0)
            }
        }
    }

    @Test func `wins in a row are counted until one does not win`() throws {
        let (strong, weak) = (fighter(1, strength: 50), fighter(2, strength: 5))
        var record = CombatRecord(userID: strong.userID)
        func count(_ challenger: Fighter, _ defender: Fighter) throws {
            let fight = try #require(try fought(challenger, defender, bet: 10).fight)
            record.count(fight, bet: 10, xp: challenger.userID == strong.userID ? fight.challengerXP : fight.defenderXP)
        }
        for _ in 0..<3 { try count(strong, weak) }
        try count(weak, strong)
        #expect(record.winStreak == 4 && record.wins == 4 && record.coinsEarned == 4 * 35 && record.xpEarned == 200)
        try count(fighter(1, strength: 1), fighter(2, strength: 1))
        #expect(record.winStreak == 0 && record.bestWinStreak == 4 && record.draws == 1)
        try count(strong, weak)
        try count(fighter(2, strength: 90), fighter(1, strength: 1))
        #expect(record.losses == 1 && record.coinsLost == 10 && record.winStreak == 0 && record.bestWinStreak == 4)
        #expect(record.battles == 7 && record.winRate == 71.4)
    }

    @Test func `a fighter is read as he was stored`() throws {
        let fighter = Fighter(
            userID: someone, name: "Élan d'Or", characterClass: .paladin, level: 12,
            stats: Stats(strength: 1, endurance: 2, agility: 3, intelligence: 4, charisma: 5), armor: 6)
        let read = try Fighter(json: fighter.json())
        #expect(read == fighter)
    }
}
