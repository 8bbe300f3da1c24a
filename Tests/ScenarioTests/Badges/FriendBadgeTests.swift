import HearthHost
import HearthJSON
import TestServers
import Testing

/// Badges for friends: how many one has, and how far they have come.
struct FriendBadgeTests {
    private func play(_ scenario: (TestHost, TestClient) async throws -> Void) async throws {
        try await product(plugins: ["habits": "", "rpg": "", "social": "", "service-caller": ""]) { host, client in
            try await scenario(host, client)
        }
    }

    @Test func `a first friend is a badge for both, without either looking, and five are another`() async throws {
        try await play { host, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            let request = try await ada.ask(bob)
            #expect(try await ada.client.badges() == [])
            #expect(try await bob.client.post("/api/friends/accept/\(request)").status == 200)
            // Neither has looked at his badges since: the friendship itself was told.
            for person in [ada, bob] {
                let isGiven = try await eventually {
                    host.clock.advance(by: .seconds(1))
                    return try await person.client.standing()[1] == 20
                }
                #expect(isGiven)
            }
            for number in 1...4 {
                #expect(try await ada.client.badges() == ["first_friend"])
                try await ada.befriend(try await client.person("friend\(number)"))
            }
            #expect(try await ada.client.badges() == ["first_friend", "sociable"])
            #expect(try await bob.client.badges() == ["first_friend"])
            // A badge stays, and is not earned again.
            #expect(try await ada.client.delete("/api/friends/\(bob.id)").status == 204)
            try await ada.befriend(bob)
            #expect(try await ada.client.badges() == ["first_friend", "sociable"])
            #expect(try await ada.client.experience(of: "sociable") == [50])
        }
    }

    @Test func `friendships from before the game are told to it`() async throws {
        let first = try await TestHost.start(plugins: ["social": ""])
        let ada = try await TestClient(first).person("ada")
        try await ada.befriend(try await TestClient(first).person("bob"))
        try await first.stop()
        let second = try await TestHost.start(
            plugins: ["social": "", "rpg": ""], dataFolder: first.dataFolder, clock: first.clock)
        var client = TestClient(second)
        client.token = ada.client.token
        let isGiven = try await eventually {
            // New subscribers are told the past ten seconds after the start.
            second.clock.advance(by: .seconds(1))
            return try await client.standing()[1] == 20
        }
        #expect(isGiven)
        #expect(try await client.badges() == ["first_friend"])
        try await second.stop()
        try await TestDatabase.drop(for: second.dataFolder)
    }

    @Test func `five friends on level ten make a mentor`() async throws {
        try await play { host, client in
            let ada = try await client.person("ada")
            var friends: [Person] = []
            for number in 0..<5 {
                friends.append(try await client.person("friend\(number)"))
                try await ada.befriend(friends[number])
                // Level 10 takes 25,678 points; the first one is not there yet.
                for _ in 0..<(number == 0 ? 20 : 26) {
                    #expect(try await client.award(1000, to: friends[number].id).status == 200)
                }
            }
            // A stranger is none of them.
            let eve = try await client.person("eve")
            for _ in 0..<26 { #expect(try await client.award(1000, to: eve.id).status == 200) }
            #expect(try await !ada.client.badges().contains("mentor"))
            for _ in 0..<6 { #expect(try await client.award(1000, to: friends[0].id).status == 200) }
            #expect(try await ada.client.badges().contains("mentor"))
            #expect(try await ada.client.experience(of: "mentor") == [200])
            #expect(try await !friends[1].client.badges().contains("mentor"))
        }
    }
}
