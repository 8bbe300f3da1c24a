import HearthHost
import HearthJSON
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

    @Test func `the search is paged`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let ada = try await client.person("ada")
            for number in 1...5 {
                let status = try await client.registered("user\(number)").put("/api/users/me", ["is_public": true]).status
                #expect(status == 200)
            }
            #expect(try await Self.names(ada.client, "q=user&page_size=2") == ["user1", "user2"])
            #expect(try await Self.names(ada.client, "q=user&page_size=2&page=3") == ["user5"])
            #expect(try await Self.names(ada.client, "q=user&page_size=2&page=4") == [])
            let page = try await ada.client.get("/api/friends/search?q=user&page_size=2&page=2").json
            #expect(page["total"] == 5 && page["pages"] == 3 && page["page"] == 2 && page["page_size"] == 2)
            let none = try await ada.client.get("/api/friends/search?q=nobody").json
            #expect(none["total"] == 0 && none["pages"] == 1)
            #expect(try await ada.client.get("/api/friends/search?q=u").violations == ["query.q string_too_short"])
            #expect(try await ada.client.get("/api/friends/search").violations == ["query.q missing"])
            #expect(try await client.get("/api/friends/search?q=user").status == 401)
        }
    }
}
