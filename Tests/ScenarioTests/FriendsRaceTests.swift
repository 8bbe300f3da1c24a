import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// What 64 clients do to each other at the same moment.
struct FriendsRaceTests {
    @Test func `of two who ask each other at once, however often, each is the other's friend exactly once`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            for round in 0..<3 {
                let ada = try await client.person("ada\(round)")
                let bob = try await client.person("bob\(round)")
                let answers = try await together(64) { number in
                    let (from, to) = number % 2 == 0 ? (ada, bob) : (bob, ada)
                    return try await from.client.post("/api/friends/request/\(to.id)")
                }
                let statuses = answers.compactMap { $0.json["status"]?.string }.sorted()
                #expect(statuses == ["accepted", "pending"])
                #expect(answers.count { $0.status == 400 } == 62)
                #expect(try await ada.friends() == ["bob\(round)"])
                #expect(try await bob.friends() == ["ada\(round)"])
                for person in [ada, bob] {
                    let pending = try await person.client.get("/api/friends/pending").json
                    #expect(pending["incoming_count"] == 0 && pending["outgoing_count"] == 0)
                }
            }
        }
    }

    @Test func `of all who accept, refuse and take back one request exactly one succeeds`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            var outcomes: Set<Int> = []
            for _ in 0..<6 {
                let request = try await ada.ask(bob)
                let answers = try await together(64) { number in
                    switch number % 3 {
                    case 0: try await bob.client.post("/api/friends/accept/\(request)")
                    case 1: try await bob.client.post("/api/friends/reject/\(request)")
                    default: try await ada.client.post("/api/friends/reject/\(request)")
                    }
                }
                let done = answers.filter { $0.status != 404 }
                #expect(done.count == 1)
                outcomes.formUnion(done.map(\.status))
                let areFriends = done.first?.status == 200
                #expect(try await ada.friends() == (areFriends ? ["bob"] : []))
                #expect(try await bob.friends() == (areFriends ? ["ada"] : []))
                if areFriends { #expect(try await ada.client.delete("/api/friends/\(bob.id)").status == 204) }
            }
            #expect(outcomes.isSubset(of: [200, 204]))
        }
    }

    @Test func `a block beats whatever is asked and accepted beside it`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            for _ in 0..<3 {
                let request = try await ada.ask(bob)
                let answers = try await together(64) { number in
                    switch number % 4 {
                    case 0: try await bob.client.post("/api/friends/accept/\(request)")
                    case 1: try await ada.client.post("/api/friends/request/\(bob.id)")
                    case 2: try await bob.client.post("/api/friends/request/\(ada.id)")
                    default: try await bob.client.send(.PUT, "/api/friends/blocked/\(ada.id)")
                    }
                }
                #expect(answers.count { $0.status == 204 } == 16)
                #expect(answers.allSatisfy { [200, 201, 204, 400, 403, 404].contains($0.status) })
                #expect(try await ada.friends() == [])
                #expect(try await bob.friends() == [])
                #expect(try await bob.client.get("/api/friends/pending").json["incoming_count"] == 0)
                #expect(try await bob.client.get("/api/friends/blocked").json["total"] == 1)
                // Her request may be open still, to her: the next round begins anew.
                #expect(try await ada.block(bob) == 204)
                #expect(try await ada.client.delete("/api/friends/blocked/\(bob.id)").status == 204)
                #expect(try await bob.client.delete("/api/friends/blocked/\(ada.id)").status == 204)
            }
        }
    }

    @Test func `somebody whom 64 ask at once accepts them all at once`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let ada = try await client.person("ada")
            var crowd: [Person] = []
            for number in 0..<64 { crowd.append(try await client.person("friend\(number)")) }
            let asked = try await together(64) { [crowd] in try await crowd[$0].client.post("/api/friends/request/\(ada.id)") }
            #expect(asked.allSatisfy { $0.status == 201 && $0.json["status"] == "pending" })
            let requests = asked.compactMap { $0.json["id"]?.string }
            #expect(Set(requests).count == 64)
            #expect(try await ada.client.get("/api/friends/pending").json["incoming_count"] == 64)
            let accepted = try await together(64) { try await ada.client.post("/api/friends/accept/\(requests[$0])") }
            #expect(accepted.allSatisfy { $0.status == 200 })
            #expect(try await ada.friends("?limit=100").count == 64)
        }
    }
}
