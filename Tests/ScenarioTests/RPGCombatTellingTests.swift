import HearthHost
import HearthJSON
import Testing

/// What the two of a challenge are told, and what others are told of their coins.
struct RPGCombatTellingTests {
    @Test func `who is challenged is told, and both are told how it ended`() async throws {
        try await duel(beside: "game-partners") { _, ada, bob in
            func told(_ who: String) async throws -> [JSONValue] {
                try await ada.client.get("/api/game-partners/told").json[who]?.elements ?? []
            }
            func notices() async throws -> [JSONValue] {
                try await told("notifications").filter { $0["kind"]?.string?.hasPrefix("combat_") ?? false }
            }
            for one in [ada, bob] { try await one.earn(40) }
            let given = try await ada.challenge(bob, bet: 10)
            #expect(try await ada.answer(given, "cancel").status == 200)
            let made = try await ada.challenge(bob, bet: 40)
            let asked = try await notices()
            #expect(asked.map { $0["kind"] } == ["combat_challenge", "combat_challenge"])
            #expect(asked.map { $0["user_id"]?.string } == [bob.id, bob.id])
            #expect(asked[1]["title"]?["fr"] == "⚔️ Ada vous défie" && asked[1]["data"]?["combat_id"] == made.json["combat_id"])
            #expect(asked[0]["key"] != asked[1]["key"])

            #expect(try await bob.answer(made, "accept").json["winner_id"]?.string == ada.id)
            #expect(try await bob.answer(made, "accept").status == 200)
            let results = try await notices().dropFirst(2)
            #expect(results.count == 2 && results.allSatisfy { $0["kind"] == "combat_result" })
            let won = results.first { $0["user_id"]?.string == ada.id }
            #expect(won?["title"]?["en"] == "⚔️ You have beaten Bob" && won?["body"]?["en"] == "XP: +50, coins: +65")
            let lost = results.first { $0["user_id"]?.string == bob.id }
            #expect(lost?["title"]?["fr"] == "⚔️ Ada vous a battu" && lost?["body"]?["fr"] == "XP : +10, pièces : -40")

            // What was staked is spent when it is lost, and only then.
            let isTold = try await eventually { try await told("coins.spent/1").count == 1 }
            #expect(isTold)
            let spent = try await told("coins.spent/1")
            #expect(spent.count == 1 && spent[0]["user_id"]?.string == bob.id && spent[0]["coins"] == 40)
            #expect(spent[0]["reason"] == "combat")
        }
    }
}
