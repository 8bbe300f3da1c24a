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
}
