import HearthHost
import HearthJSON
import Testing

/// Fights where somebody knows who is whose friend.
struct RPGCombatFriendsTests {
    @Test func `beside the social plugin friends fight, and nobody else`() async throws {
        try await duel("combat_cooldown_minutes = 0", beside: "social") { _, ada, bob in
            func refusals() async throws -> [String?] {
                let preview = try await ada.client.get("/api/combat/preview/\(bob.id)")
                return [preview.detail, try await ada.challenge(bob).detail, try await bob.challenge(ada).detail]
            }
            let refused = [String?](repeating: "You can only challenge friends", count: 3)
            #expect(try await refusals() == refused)
            let asked = try await ada.client.post("/api/friends/request/\(bob.id)")
            #expect(try await refusals() == refused)
            let request = try #require(asked.json["id"]?.string)
            #expect(try await bob.client.post("/api/friends/accept/\(request)").status == 200)
            #expect(try await refusals() == [nil, nil, nil])
            #expect(try await bob.client.put("/api/friends/blocked/\(ada.id)", [:]).status == 204)
            #expect(try await refusals() == refused)
        }
    }

    @Test func `who has parted since a challenge does not fight for its stake, which goes back at once`() async throws {
        try await duel("combat_cooldown_minutes = 0", beside: "social") { _, ada, bob in
            try await ada.earn(20)
            try await bob.earn(20)
            let partings: [() async throws -> TestClient.Answer] = [
                { try await bob.client.delete("/api/friends/\(ada.id)") },
                { try await ada.client.put("/api/friends/blocked/\(bob.id)", [:]) },
            ]
            for part in partings {
                let request = try await ada.client.post("/api/friends/request/\(bob.id)").json["id"]?.string ?? ""
                #expect(try await bob.client.post("/api/friends/accept/\(request)").status == 200)
                let id = try #require(try await ada.challenge(bob, bet: 20).json["combat_id"]?.string)
                #expect(try await ada.coins() == 0)
                let parting = try await part()
                #expect(parting.status == 204, "\(parting.body)")
                let accepted = try await bob.client.post("/api/combat/\(id)/accept")
                #expect(accepted.status == 400 && accepted.detail == "You can only challenge friends")
                let (stake, other) = (try await ada.coins(), try await bob.coins())
                #expect(stake == 20 && other == 20)
                let pending = try await bob.client.get("/api/combat/pending").json
                #expect(pending.count == 0)
                #expect(try await bob.client.post("/api/combat/\(id)/accept").status == 400)
            }
        }
    }
}
