import HearthHost
import HearthJSON
import TestServers
import Testing

/// The search for users.
struct UserSearchTests {
    private static func names(_ client: TestClient, _ query: String) async throws -> [String] {
        let answer = try await client.get("/api/friends/search?\(query)")
        #expect(answer.status == 200, "\(answer.body)")
        return answer.json["users"]?.each("username").compactMap { $0?.string } ?? []
    }

    @Test func `public profiles and friends are found by a part of a name, others are not`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let ada = try await client.person("ada")
            for name in ["Marianne", "marius", "omar", "Mar_k"] {
                let person = try await client.person(name)
                let status = try await person.client.put("/api/users/me", ["is_public": true]).status
                #expect(status == 200)
            }
            let hidden = try await client.person("margot")
            #expect(try await Self.names(ada.client, "q=mar") == ["Mar_k", "Marianne", "marius", "omar"])
            try await hidden.befriend(ada)
            #expect(try await Self.names(ada.client, "q=MAR") == ["Mar_k", "Marianne", "margot", "marius", "omar"])
            #expect(try await Self.names(hidden.client, "q=margot") == [])
            // What users type is no pattern.
            #expect(try await Self.names(ada.client, "q=r_") == ["Mar_k"])
            #expect(try await Self.names(ada.client, "q=%25%25") == [])
            #expect(try await Self.names(ada.client, "q=ar%5C") == [])

            let found = try await ada.client.get("/api/friends/search?q=margot").json["users"]?[0]
            #expect(
                found == [
                    "id": .string(hidden.id), "username": "margot", "display_name": .null, "avatar_url": .null,
                    "character_name": .null, "character_class": .null, "level": 1, "is_public": false, "is_friend": true,
                ])
            // A code is told by its owner; it finds nobody who is private.
            let code = try #require(try await ada.client.get("/api/friends/code").json["friend_code"]?.string)
            let stranger = try await client.person("stranger")
            #expect(try await Self.names(stranger.client, "q=\(code)") == [])
        }
    }

    @Test func `the search is paged, as far as there is somebody`() async throws {
        try await product(plugins: ["social": ""]) { host, client in
            let ada = try await client.person("ada")
            for number in 1...5 {
                let status = try await client.registered("user\(number)").put("/api/users/me", ["is_public": true]).status
                #expect(status == 200)
            }
            #expect(try await Self.names(ada.client, "q=user&limit=2") == ["user1", "user2"])
            #expect(try await Self.names(ada.client, "q=user&limit=2&offset=4") == ["user5"])
            #expect(try await Self.names(ada.client, "q=user&limit=2&offset=5") == [])
            #expect(try await ada.client.get("/api/friends/search?q=user&limit=2&offset=2").json["total"] == 5)
            #expect(try await ada.client.get("/api/friends/search?q=user&limit=2&offset=50").json["total"] == 5)
            #expect(try await ada.client.get("/api/friends/search?q=nobody").json == ["users": [], "total": 0])

            // Far more than a page, private ones among them, whom nobody but their friends finds.
            try await Self.crowd(of: 250, on: host)
            let friend = try await client.person("crowd_friend")
            try await friend.befriend(ada)
            var found: [String] = []
            for offset in stride(from: 0, to: 300, by: 100) {
                let page = try await ada.client.get("/api/friends/search?q=crowd_&limit=100&offset=\(offset)").json
                #expect(page["total"] == 126)
                found += page["users"]?.each("username").compactMap { $0?.string } ?? []
            }
            #expect(found.count == 126 && found == found.sorted() && Set(found).count == 126)
            #expect(found.contains("crowd_friend") && found.contains("crowd_248") && !found.contains("crowd_249"))
        }
    }

    @Test func `what cannot be searched for is refused`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let ada = try await client.person("ada")
            for (query, violations) in [
                ("q=u", ["query.q string_too_short"]), ("", ["query.q missing"]),
                ("q=&limit=x", ["query.limit int_parsing", "query.q string_too_short"]),
                ("q=us&limit=0&offset=-1", ["query.limit greater_than_equal", "query.offset greater_than_equal"]),
                ("q=us&limit=101", ["query.limit less_than_equal"]),
                ("q=" + String(repeating: "u", count: 51), ["query.q string_too_long"]),
            ] {
                let answer = try await ada.client.get("/api/friends/search?\(query)")
                #expect(answer.status == 422 && answer.violations == violations, "\(query): \(answer.body)")
            }
            #expect(try await ada.client.get("/api/friends/search?q=us&offset=9223372036854775807").json["total"] == 0)
            #expect(try await client.get("/api/friends/search?q=user").status == 401)
        }
    }

    /// Adds users behind the back of the product, every second one of them with a public profile.
    private static func crowd(of count: Int, on host: TestHost) async throws {
        let (id, now) = TestEngine.current == .postgres ? ("gen_random_uuid()", "now()") : ("randomblob(16)", "0")
        try await host.sql(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < \(count))
            INSERT INTO users (id, email, email_folded, username, username_folded, friend_code, is_public, created_at, updated_at)
            SELECT \(id), n || '@c.example', n || '@c.example', 'crowd_' || n, 'crowd_' || n, 'C' || n, n % 2 = 0, \(now), \(now)
            FROM numbers
            """)
    }
}
