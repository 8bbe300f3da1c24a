import HearthKit
import Testing

@testable import RPG

struct CombatTests {
    /// The stats that clients suggest for each class.
    private static let classes: KeyValuePairs<String, Stats> = [
        "warrior": Stats(strength: 15, endurance: 14, agility: 10, intelligence: 8, charisma: 8),
        "mage": Stats(strength: 6, endurance: 8, agility: 8, intelligence: 18, charisma: 10),
        "ranger": Stats(strength: 10, endurance: 10, agility: 16, intelligence: 10, charisma: 9),
        "paladin": Stats(strength: 12, endurance: 12, agility: 10, intelligence: 12, charisma: 9),
        "assassin": Stats(strength: 8, endurance: 8, agility: 14, intelligence: 10, charisma: 15),
    ]

    private func fighter(_ stats: Stats, armor: Int = 0) -> Fighter {
        Fighter(userID: someone, name: "Max", stats: stats, armor: armor)
    }

    @Test func `the document's samples: life, dodging, critical blows, armour`() {
        #expect(fighter(Stats(endurance: 20)).hitPoints == 200)
        #expect(fighter(Stats(agility: 30)).dodge == 150)
        #expect(fighter(Stats(agility: 100)).dodge == 300)
        #expect(fighter(Stats(intelligence: 30)).critical == 90)
        #expect(fighter(Stats(intelligence: 100)).critical == 200)
        #expect(fighter(Stats(), armor: 10).reduction == 20)
        #expect(fighter(Stats(), armor: 99).reduction == 50)
    }

    @Test func `the same seed gives the same fight, and this one for ever`() throws {
        let (warrior, mage) = (fighter(Self.classes[0].value), fighter(Self.classes[1].value))
        let combat = Combat(warrior, against: mage, seed: 42)
        #expect(combat == Combat(warrior, against: mage, seed: 42))
        #expect(combat != Combat(warrior, against: mage, seed: 43))
        var random = CombatRandom(seed: 42)
        // The published sequence of SplitMix64.
        #expect(random.next() == 13_679_457_532_755_275_413)
    }

    @Test func `the quicker one begins, the challenger if both are`() throws {
        let (slow, quick) = (fighter(Stats(strength: 10, agility: 5)), fighter(Stats(strength: 10, agility: 6)))
        #expect(Combat(slow, against: quick, seed: 1).turns.first?.isChallengers == false)
        #expect(Combat(quick, against: slow, seed: 1).turns.first?.isChallengers == true)
        #expect(Combat(slow, against: slow, seed: 1).turns.first?.isChallengers == true)
    }

    @Test func `without a knock-out the larger share of life wins, and equal shares are a draw`() {
        // Blows of 1, life of 100: 25 blows each.
        let weak = fighter(Stats(strength: 0))
        let even = Combat(weak, against: weak, seed: 3)
        #expect(even.turns.count == 50 && even.outcome == .draw && even.challengerHP == 75 && even.defenderHP == 75)
        let stout = fighter(Stats(strength: 0, endurance: 20))
        #expect(Combat(stout, against: weak, seed: 3).outcome == .challengerWins)
        #expect(Combat(weak, against: stout, seed: 3).outcome == .defenderWins)
    }

    @Test func `no fight is over fifty turns, nobody falls below zero, and blows stay within their bounds`() {
        for (index, first) in Self.classes.enumerated() {
            for second in Self.classes {
                var seeds = CombatRandom(seed: UInt64(index))
                for _ in 0..<400 {
                    let combat = Combat(fighter(first.value), against: fighter(second.value), seed: seeds.next())
                    #expect((1...50).contains(combat.turns.count))
                    #expect(combat.challengerHP >= 0 && combat.defenderHP >= 0)
                    let outOfBounds = combat.turns.filter { turn in
                        let strength = (turn.isChallengers ? first : second).value.strength
                        let most = strength * 12 / 10 * (turn.isCritical ? 3 : 2) / 2
                        return turn.isDodged ? turn.damage != 0 : !(1...most).contains(turn.damage)
                    }
                    #expect(outOfBounds.isEmpty)
                    let isDown = combat.challengerHP == 0 || combat.defenderHP == 0
                    #expect(isDown || combat.turns.count == 50)
                }
            }
        }
    }

    @Test func `blows dodge, hit hard and hit critically as often as they should`() {
        let stats = Stats(strength: 100, endurance: 200, agility: 30, intelligence: 30)
        var blows: [Combat.Turn] = []
        for seed in 0..<2000 { blows += Combat(fighter(stats), against: fighter(stats), seed: UInt64(seed)).turns }
        let hits = blows.filter { !$0.isDodged }
        func share(_ part: Int, _ all: Int) -> Double { Double(part) / Double(all) }
        #expect(abs(share(blows.count - hits.count, blows.count) - 0.15) < 0.01)
        #expect(abs(share(hits.count { $0.isCritical }, hits.count) - 0.09) < 0.01)
        let plain = hits.filter { !$0.isCritical }.map(\.damage)
        #expect(plain.min() == 80 && plain.max() == 120)
        #expect(abs(share(plain.reduce(0, +), plain.count) - 100) < 1)
    }
}
