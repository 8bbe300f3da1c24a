import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// Friends over HTTP: asking, answering, parting, blocking.
struct FriendsTests {
    @Test func `who is asked sees it, accepts, and both are friends`() async throws {
        try await product(plugins: ["social": ""]) { host, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            let asked = try await ada.client.post("/api/friends/request/\(bob.id)")
            #expect(asked.status == 201)
            let request = try #require(asked.json["id"]?.string)
            let expected: JSONObject = [
                "id": .string(request), "from_user_id": .string(ada.id), "from_username": "ada", "from_avatar": .null,
                "from_level": 1, "to_user_id": .string(bob.id), "to_username": "bob", "message": .null, "status": "pending",
                "created_at": "2026-11-20T12:00:00.000000Z",
            ]
            #expect(asked.json == .object(expected))
            let mine = try await ada.client.get("/api/friends/pending").json
            #expect(mine["outgoing"] == [.object(expected)] && mine["incoming"] == [])
            #expect(mine["outgoing_count"] == 1 && mine["incoming_count"] == 0)
            let others = try await bob.client.get("/api/friends/pending").json
            #expect(others["incoming"] == [.object(expected)] && others["outgoing"] == [])
            #expect(others["incoming_count"] == 1 && others["outgoing_count"] == 0)

            host.clock.advance(by: .seconds(60))
            let accepted = try await bob.client.post("/api/friends/accept/\(request)")
            #expect(accepted.status == 200)
            let friend: JSONObject = [
                "friendship_id": .string(request), "user_id": .string(ada.id), "username": "ada", "avatar_url": .null,
                "character_name": .null, "character_class": .null, "level": 1, "total_xp": 0, "current_streak": 0,
                "is_online": false, "last_active": .null, "friends_since": "2026-11-20T12:01:00.000000Z",
            ]
            #expect(accepted.json == .object(friend))
            let list = try await bob.client.get("/api/friends/").json
            #expect(list == ["friends": [.object(friend)], "total": 1, "online_count": 0])
            #expect(try await ada.friends() == ["bob"])
            for person in [ada, bob] {
                let pending = try await person.client.get("/api/friends/pending").json
                #expect(pending["incoming_count"] == 0 && pending["outgoing_count"] == 0)
            }
        }
    }

    @Test func `two who ask each other are friends at once`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            let first = try await ada.ask(bob)
            let second = try await bob.client.post("/api/friends/request/\(ada.id)")
            #expect(second.status == 201 && second.json["status"] == "accepted")
            // It is ada's request that was accepted.
            #expect(second.json["id"]?.string == first && second.json["from_username"] == "ada")
            #expect(try await ada.friends() == ["bob"])
            #expect(try await bob.friends() == ["ada"])
        }
    }

    @Test func `a friend code finds its user, in any case, and nobody else`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            let code = try #require(try await bob.client.get("/api/friends/code").json["friend_code"]?.string)
            #expect(code.count == 8 && code == code.uppercased())
            #expect(try await bob.client.get("/api/friends/code").json == ["friend_code": .string(code), "username": "bob"])
            #expect(try await bob.client.get("/api/auth/me").json["friend_code"]?.string == code)
            // A name is no code.
            _ = try await client.person(code)
            let asked = try await ada.client.post("/api/friends/code/\(code.lowercased())")
            #expect(asked.status == 201 && asked.json["to_username"] == "bob" && asked.json["email"] == nil)
            let own = try await bob.client.post("/api/friends/code/\(code)")
            #expect(own.status == 400 && own.detail == "You cannot add yourself as a friend")
            let unknown = code == "00000000" ? "00000001" : "00000000"
            for wrong in [unknown, "1", "ZZZZZZZZ", "%25%25%25%25%25%25%25%25", String(repeating: "A", count: 100)] {
                let answer = try await ada.client.post("/api/friends/code/\(wrong)")
                #expect(answer.status == 404 && answer.detail == "Invalid friend code", "\(wrong)")
            }
        }
    }

    @Test func `what makes no sense is refused in the words that clients know`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            let eve = try await client.person("eve")
            let nobody = "00000000-0000-4000-8000-000000000000"
            func refused(_ answer: TestClient.Answer, _ status: Int, _ detail: String) {
                #expect(answer.status == status && answer.detail == detail, "\(answer.status) \(answer.body)")
            }
            refused(
                try await ada.client.post("/api/friends/request/\(ada.id)"), 400, "You cannot send a friend request to yourself")
            refused(try await ada.client.post("/api/friends/request/\(nobody)"), 404, "User not found")
            refused(try await ada.client.put("/api/friends/blocked/\(ada.id)", [:]), 400, "You cannot block yourself")
            refused(try await ada.client.put("/api/friends/blocked/\(nobody)", [:]), 404, "User not found")
            refused(try await ada.client.delete("/api/friends/\(bob.id)"), 404, "Friendship not found")
            refused(try await ada.client.delete("/api/friends/\(ada.id)"), 404, "Friendship not found")
            refused(try await ada.client.delete("/api/friends/\(nobody)"), 404, "User not found")
            let request = try await ada.ask(bob)
            refused(try await ada.client.post("/api/friends/request/\(bob.id)"), 400, "Friend request already pending")
            refused(try await ada.client.post("/api/friends/accept/\(request)"), 404, "Friend request not found")
            for route in ["accept", "reject"] {
                refused(try await eve.client.post("/api/friends/\(route)/\(request)"), 404, "Friend request not found")
                refused(try await bob.client.post("/api/friends/\(route)/\(nobody)"), 404, "Friend request not found")
            }
            #expect(try await bob.client.post("/api/friends/accept/\(request)").status == 200)
            refused(try await bob.client.post("/api/friends/accept/\(request)"), 404, "Friend request not found")
            refused(try await bob.client.post("/api/friends/reject/\(request)"), 404, "Friend request not found")
            refused(try await bob.client.post("/api/friends/request/\(ada.id)"), 400, "You are already friends with this user")
            #expect(try await eve.friends() == [])
        }
    }

    @Test func `a request is refused by one and taken back by the other, and may be made again`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            for person in [ada, bob, bob, ada] {
                let request = try await ada.ask(bob)
                let answer = try await person.client.post("/api/friends/reject/\(request)")
                #expect(answer.status == 204 && answer.body.isEmpty)
                #expect(try await person.client.post("/api/friends/reject/\(request)").status == 404)
                #expect(try await bob.client.post("/api/friends/accept/\(request)").status == 404)
                #expect(try await bob.client.get("/api/friends/pending").json["incoming_count"] == 0)
            }
            try await ada.befriend(bob)
            let removed = try await ada.client.delete("/api/friends/\(bob.id)")
            #expect(removed.status == 204 && removed.body.isEmpty)
            #expect(try await bob.friends() == [])
            #expect(try await bob.client.delete("/api/friends/\(ada.id)").status == 404)
            try await bob.befriend(ada)
        }
    }

    @Test func `who is blocked does not notice it`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            try await ada.befriend(bob)
            for _ in 0..<2 { #expect(try await bob.block(ada) == 204) }
            // As if bob had removed her.
            #expect(try await ada.friends() == [])
            #expect(try await ada.client.delete("/api/friends/\(bob.id)").status == 404)
            // What she asks is answered as ever; he sees nothing of it.
            let request = try await ada.ask(bob)
            #expect(try await ada.client.get("/api/friends/pending").json["outgoing_count"] == 1)
            let pending = try await bob.client.get("/api/friends/pending").json
            #expect(pending["incoming"] == [] && pending["incoming_count"] == 0)
            #expect(try await bob.client.post("/api/friends/accept/\(request)").status == 404)
            #expect(try await bob.client.post("/api/friends/reject/\(request)").status == 404)
            let own = try await bob.client.post("/api/friends/request/\(ada.id)")
            #expect(own.status == 403 && own.detail == "Cannot send request to this user")

            let blocked = try await bob.client.get("/api/friends/blocked").json
            #expect(
                blocked == [
                    "users": [["user_id": .string(ada.id), "username": "ada", "avatar_url": .null]], "total": 1,
                ])
            #expect(try await ada.client.get("/api/friends/blocked").json == ["users": [], "total": 0])
            // A block of hers is her own affair; lifting it leaves his.
            #expect(try await ada.block(bob) == 204)
            for _ in 0..<2 { #expect(try await ada.client.delete("/api/friends/blocked/\(bob.id)").status == 204) }
            #expect(try await bob.client.get("/api/friends/blocked").json["total"] == 1)

            // Her block has taken her request back; another one is there when his is lifted.
            #expect(try await ada.client.get("/api/friends/pending").json["outgoing_count"] == 0)
            let second = try await ada.ask(bob)
            #expect(try await bob.client.delete("/api/friends/blocked/\(ada.id)").status == 204)
            #expect(try await bob.client.get("/api/friends/pending").json["incoming"]?[0]?["id"]?.string == second)
            #expect(try await bob.client.post("/api/friends/accept/\(second)").status == 200)
        }
    }

    @Test func `friends come in pages that do not shift when there are new ones`() async throws {
        try await product(plugins: ["social": ""]) { host, client in
            let ada = try await client.person("ada")
            for name in ["bob", "eve", "kim", "lou", "max"] {
                try await client.person(name).befriend(ada)
                host.clock.advance(by: .seconds(1))
            }
            #expect(try await ada.friends() == ["bob", "eve", "kim", "lou", "max"])
            #expect(try await ada.friends("?limit=2") == ["bob", "eve"])
            try await client.person("zoe").befriend(ada)
            #expect(try await ada.friends("?limit=2&offset=2") == ["kim", "lou"])
            #expect(try await ada.friends("?limit=2&offset=4") == ["max", "zoe"])
            #expect(try await ada.client.get("/api/friends/?limit=2&offset=9").json["total"] == 6)
            #expect(
                try await ada.client.get("/api/friends/?limit=0&offset=-1").violations == [
                    "query.limit greater_than_equal", "query.offset greater_than_equal",
                ])
        }
    }

    @Test func `other plugins are told who is a friend of whom and who blocks whom`() async throws {
        try await product(plugins: ["social": "", "service-caller": ""]) { host, client in
            let ada = try await client.person("ada")
            let (bob, eve) = (try await client.person("bob"), try await client.person("eve"))
            func call(_ method: String, _ input: JSONObject) async throws -> JSONValue? {
                try await ada.client.post("/api/service-caller?service=friends/1&method=\(method)", .object(input)).json
            }
            func relation(_ user: Person, _ other: Person) async throws -> JSONValue? {
                try await call("relation", ["user_id": .string(user.id), "other_id": .string(other.id)])
            }
            try await ada.befriend(eve)
            host.clock.advance(by: .seconds(1))
            _ = try await ada.ask(bob)
            #expect(try await call("friends", ["user_id": .string(ada.id)]) == ["user_ids": [.string(eve.id)]])
            #expect(try await relation(ada, bob) == ["friends": false, "blocked": false])
            #expect(try await relation(bob, eve) == ["friends": false, "blocked": false])
            #expect(try await bob.client.post("/api/friends/request/\(ada.id)").json["status"] == "accepted")
            #expect(
                try await call("friends", ["user_id": .string(ada.id)]) == ["user_ids": [.string(eve.id), .string(bob.id)]])
            #expect(try await relation(ada, bob) == ["friends": true, "blocked": false])
            #expect(try await eve.block(ada) == 204)
            #expect(try await relation(ada, eve) == ["friends": false, "blocked": true])
            #expect(try await relation(eve, ada) == ["friends": false, "blocked": true])
            #expect(try await call("friends", ["user_id": .string(ada.id)]) == ["user_ids": [.string(bob.id)]])
            #expect(try await call("friends", ["user_id": .string(eve.id)]) == ["user_ids": []])
        }
    }

    @Test func `how many friends and open requests a user has is limited`() async throws {
        let settings = "[plugins.social.settings]\nfriends_per_user = 2\nrequests_per_user = 3"
        try await product(plugins: ["social": settings]) { _, client in
            let ada = try await client.person("ada")
            var others: [Person] = []
            for name in ["bob", "eve", "kim", "lou"] { others.append(try await client.person(name)) }
            for other in others.prefix(3) { _ = try await ada.ask(other) }
            let fourth = try await ada.client.post("/api/friends/request/\(others[3].id)")
            #expect(fourth.status == 400 && fourth.detail?.contains("unanswered") == true)
            let pending = try await ada.client.get("/api/friends/pending").json["outgoing"]?.each("id").compactMap { $0?.string }
            // The latest comes first.
            let requests = try #require(pending).reversed()
            for (other, request) in zip(others.prefix(2), requests) {
                #expect(try await other.client.post("/api/friends/accept/\(request)").status == 200)
            }
            let third = try await others[2].client.post("/api/friends/accept/\(try #require(requests.last))")
            #expect(third.status == 400 && third.detail == "This user has as many friends as he can have")
            _ = try await others[3].ask(ada)
            let full = try await ada.client.post("/api/friends/request/\(others[3].id)")
            #expect(full.status == 400 && full.detail == "You have as many friends as you can have")
            #expect(try await ada.friends().count == 2)
            #expect(try await ada.client.delete("/api/friends/\(others[0].id)").status == 204)
            #expect(try await ada.client.post("/api/friends/request/\(others[3].id)").json["status"] == "accepted")
        }
    }

    @Test func `reading needs the same statements with one friend and with thirty`() async throws {
        try await product(plugins: ["social": ""]) { host, client in
            let ada = try await client.person("ada")
            let paths = ["", "pending", "blocked", "code", "search?q=friend"]
            func counts() async throws -> [String: Int] {
                try await host.statements(reading: paths, below: "/api/friends/", by: ada.client)
            }
            func crowd(_ names: [String]) async throws {
                for name in names {
                    try await client.person("friend\(name)").befriend(ada)
                    _ = try await client.person("asker\(name)").ask(ada)
                    _ = try await ada.ask(client.person("asked\(name)"))
                    let status = try await ada.block(client.person("blocked\(name)"))
                    #expect(status == 204)
                }
            }
            try await crowd(["0"])
            let few = try await counts()
            try await crowd((1..<30).map { "\($0)" })
            #expect(try await counts() == few)
            #expect(few == ["": 3, "pending": 5, "blocked": 3, "code": 1, "search?q=friend": 2])
        }
    }
}

/// A user with what the tests of friends do.
struct Person: Sendable {
    let client: TestClient
    let id: String

    /// Asks somebody.
    ///
    /// - Returns: The request's id.
    func ask(_ other: Person) async throws -> String {
        let answer = try await client.post("/api/friends/request/\(other.id)")
        #expect(answer.status == 201, "\(answer.body)")
        return try #require(answer.json["id"]?.string)
    }

    /// Becomes a friend.
    func befriend(_ other: Person) async throws {
        let answer = try await other.client.post("/api/friends/accept/\(try await ask(other))")
        #expect(answer.status == 200, "\(answer.body)")
    }

    /// Blocks somebody.
    ///
    /// - Returns: The status.
    func block(_ other: Person) async throws -> Int { try await client.send(.PUT, "/api/friends/blocked/\(other.id)").status }

    /// The names of the friends.
    func friends(_ query: String = "") async throws -> [String] {
        try await client.get("/api/friends/\(query)").json["friends"]?.each("username").compactMap { $0?.string } ?? []
    }
}

extension TestClient {
    /// Registers a user and looks up who he is.
    func person(_ name: String) async throws -> Person {
        let client = try await registered(name)
        return Person(client: client, id: try #require(try await client.get("/api/auth/me").json["id"]?.string))
    }
}
