import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// What makes no sense to the routes of friends and leaderboards, and what is only just sensible.
struct SocialInputTests {
    @Test func `what is no identifier, no number or out of range is refused before anything is looked at`() async throws {
        try await product(plugins: ["social": ""]) { host, client in
            let ada = try await client.person("ada")
            let statements = try await host.statements.during {
                for (method, path) in [
                    (.POST, "request/ada"), (.POST, "accept/1"), (.POST, "reject/x"), (.DELETE, "ada"),
                    (.PUT, "blocked/-"), (.DELETE, "blocked/' OR 1=1"),
                ] as [(HTTPMethod, String)] {
                    let encoded = path.replacing(" ", with: "%20")
                    let answer = try await ada.client.send(method, "/api/friends/\(encoded)")
                    #expect(
                        answer.status == 422 && answer.violations.allSatisfy { $0.hasPrefix("path.") }, "\(path): \(answer.body)")
                }
                for path in ["friends/", "friends/blocked", "leaderboard", "leaderboard/streak", "leaderboard/pvp"] {
                    for limit in ["0", "-1", "101", "x", "1.5", "99999999999999999999"] {
                        let answer = try await ada.client.get("/api/\(path)?limit=\(limit)")
                        let places = Set(answer.violations.map { $0.prefix { $0 != " " } })
                        #expect(answer.status == 422 && places == ["query.limit"], "\(path) \(limit): \(answer.body)")
                    }
                }
                for query in ["type=coins", "scope=world", "type=XP"] {
                    for path in ["leaderboard", "leaderboard/me"] {
                        let answer = try await ada.client.get("/api/\(path)?\(query)")
                        #expect(answer.status == 422 && answer.violations.count == 1, "\(path)?\(query): \(answer.body)")
                    }
                }
            }
            #expect(!statements.contains { $0.contains("social_relations") })
            let last = try await ada.client.get("/api/friends/?offset=9223372036854775807")
            #expect(last.status == 200 && last.json["friends"] == [])
            #expect(try await ada.client.get("/api/leaderboard?offset=10000").status == 200)
            #expect(try await ada.client.get("/api/leaderboard?offset=10001").violations == ["query.offset less_than_equal"])
        }
    }

    @Test func `who is removed may ask again, and gets nothing that only friends get`() async throws {
        try await product(plugins: ["habits": "", "rpg": "", "social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            try await ada.befriend(bob)
            #expect(try await bob.client.get("/api/leaderboard/streak").json["total_participants"] == 2)
            #expect(try await bob.client.get("/api/friends/search?q=ada").json["total"] == 1)
            #expect(try await ada.client.delete("/api/friends/\(bob.id)").status == 204)
            #expect(try await bob.client.get("/api/leaderboard/streak").json["total_participants"] == 1)
            #expect(try await bob.client.get("/api/friends/search?q=ada").json["total"] == 0)
            let asked = try await bob.ask(ada)
            // Nor while he only asks.
            #expect(try await bob.client.get("/api/leaderboard/streak").json["total_participants"] == 1)
            #expect(try await ada.client.get("/api/leaderboard/streak").json["total_participants"] == 1)
            #expect(try await ada.client.post("/api/friends/accept/\(asked)").status == 200)
            #expect(try await ada.block(bob) == 204)
            for person in [ada, bob] {
                #expect(try await person.client.get("/api/leaderboard/streak").json["total_participants"] == 1)
            }
        }
    }

    @Test func `when a friend is erased he is gone from all lists, and their numbers`() async throws {
        try await product(plugins: ["habits": "", "rpg": "", "social": ""]) { host, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            let (eve, kim) = (try await client.person("eve"), try await client.person("kim"))
            try await ada.befriend(bob)
            _ = try await eve.ask(ada)
            _ = try await ada.ask(kim)
            for gone in [bob, eve, kim] { try await host.erase(gone.id) }
            #expect(try await ada.client.get("/api/friends/").json == ["friends": [], "total": 0, "online_count": 0])
            let pending = try await ada.client.get("/api/friends/pending").json
            #expect(pending["incoming_count"] == 0 && pending["outgoing_count"] == 0)
            #expect(try await ada.client.get("/api/leaderboard/streak").json["total_participants"] == 1)
            #expect(try await ada.client.post("/api/friends/request/\(bob.id)").status == 404)
            #expect(try await ada.client.delete("/api/friends/\(bob.id)").status == 404)
        }
    }
}
