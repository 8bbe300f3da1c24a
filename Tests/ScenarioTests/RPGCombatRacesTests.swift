import HearthHost
import HearthJSON
import Testing

/// Challenges that are made and answered at the same time: every coin is somewhere, and none is in two places.
struct RPGCombatRacesTests {
    @Test func `a challenge that is accepted many times at once is fought once`() async throws {
        try await duel { _, ada, bob in
            try await ada.earn(50)
            try await bob.earn(50)
            let made = try await ada.challenge(bob, bet: 50)
            let answers = try await together(32) { _ in try await bob.answer(made, "accept") }
            #expect(answers.allSatisfy { $0.status == 200 && $0.json == answers[0].json })
            #expect(try await [ada.coins(), bob.coins()].sorted() == [0, 125])
            #expect(try await ada.client.get("/api/combat/stats").json["total_battles"] == 1)
        }
    }

    @Test func `of accepting, declining and withdrawing at once one happens`() async throws {
        try await duel("combat_cooldown_minutes = 0\ncombat_challenges_per_day = 1000") { _, ada, bob in
            try await ada.earn(60)
            try await bob.earn(60)
            var house = 0
            for _ in 0..<6 {
                let before = try await [ada.coins(), bob.coins()]
                let made = try await ada.challenge(bob, bet: 5)
                try #require(made.status == 201)
                let answers = try await together(24) { number in
                    switch number % 3 {
                    case 0: try await bob.answer(made, "accept")
                    case 1: try await ada.answer(made, "cancel")
                    default: try await bob.answer(made, "decline")
                    }
                }
                #expect(answers.allSatisfy { [200, 400].contains($0.status) })
                let outcomes = Set(answers.filter { $0.status == 200 }.map(\.body))
                #expect(outcomes.count == 1)
                let combat = try await ada.combat(made)
                let after = try await [ada.coins(), bob.coins()]
                if combat["status"] == "completed" {
                    let coins = combat["winner_coins_reward"]?.int ?? 0
                    house += max(0, coins - 5)
                    #expect(abs(after[0] - before[0]) == (combat["winner_id"]?.string == ada.id ? coins : coins == 0 ? 0 : 5))
                } else {
                    #expect(after == before)
                }
            }
            #expect(try await ada.coins() + bob.coins() == 120 + house)
            for one in [ada, bob] { #expect(try await one.flows()["coins escrow", default: 0] == 0) }
        }
    }

    @Test func `bets of one user at once are never more than he has`() async throws {
        try await duel("combat_challenges_per_day = 1000") { host, ada, bob in
            try await ada.earn(120)
            var others = [bob]
            for number in 0..<7 { others.append(try await Duelist(on: host, "friend\(number)", "ranger")) }
            let answers = try await together(64) { [others] in try await ada.challenge(others[$0 % others.count], bet: 50) }
            #expect(answers.count { $0.status == 201 } == 2 && answers.count { $0.status == 400 } == 62)
            #expect(try await ada.coins() == 20)
            #expect(try await ada.flows() == ["coins wallet": -100, "coins escrow": 100])
            // And who is challenged by many stakes no more than he has either.
            try await bob.earn(50)
            for other in others[1...] { try await other.earn(50) }
            let challenges = try await together(7) { [others] in try await others[$0 + 1].challenge(bob, bet: 50) }
            #expect(challenges.allSatisfy { $0.status == 201 })
            let accepted = try await together(7) { [challenges] in try await bob.answer(challenges[$0], "accept") }
            #expect(accepted.allSatisfy { [200, 400].contains($0.status) } && accepted.contains { $0.status == 200 })
            #expect(try await bob.coins() >= 0)
            let record = try await bob.client.get("/api/combat/stats").json
            let (earned, lost) = (record["total_coins_earned"]?.int ?? 0, record["total_coins_lost"]?.int ?? 0)
            #expect(try await bob.coins() == 50 + earned - lost)
        }
    }

    @Test func `two who challenge each other at once fight once`() async throws {
        try await duel { _, ada, bob in
            let answers = try await together(64) { $0 % 2 == 0 ? try await ada.challenge(bob) : try await bob.challenge(ada) }
            #expect(answers.count { $0.status == 201 } == 1 && answers.count { $0.status == 400 } == 63)
            #expect(try await ada.client.get("/api/combat/history").json.count == 1)
        }
    }
}
