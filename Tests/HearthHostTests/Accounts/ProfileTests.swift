import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import Synchronization
import Testing

@testable import HearthHost

@Suite struct ProfileTests {
    private func id(_ answer: AccountsFixture.Answer) -> String {
        guard case .string(let id)? = answer.user["id"] else { return "" }
        return id
    }

    @Test func `a profile changes by what is sent and by nothing else`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            let answer = try await host.send(
                .put, "/users/me",
                [
                    "display_name": "Ada L.", "bio": "Countess", "avatar_url": "https://example.org/a.png",
                    "timezone": "Europe/London",
                    "theme": "light", "is_public": true, "notifications_enabled": false, "role": "admin",
                    "friend_code": "00000000",
                    "password": "Another-horse-1", "coins": 7, "created_at": "2000-01-01T00:00:00Z", "unknown": 1,
                ], token: token)
            #expect(answer.status == 200)
            for (name, value) in [
                "display_name": JSONValue.string("Ada L."), "bio": "Countess", "avatar_url": "https://example.org/a.png",
                "timezone": "Europe/London", "theme": "light", "is_public": true, "notifications_enabled": false, "role": "user",
                "coins": 0,
                "username": "ada", "created_at": "2027-01-15T08:00:00.000000Z",
            ] { #expect(answer[name] == value, "\(name)") }
            #expect(answer["friend_code"] != "00000000")
            #expect(try await host.login("ada").status == 200)
            let cleared = try await host.send(
                .put, "/users/me",
                ["display_name": nil, "username": nil, "timezone": nil, "theme": nil, "is_public": nil, "email": nil],
                token: token)
            #expect(cleared.status == 200)
            #expect(cleared["display_name"] == .null)
            #expect(cleared["bio"] == "Countess")
            #expect(cleared["timezone"] == "Europe/London")
            #expect(cleared["username"] == "ada")
            #expect(try await host.send(.put, "/users/me", [:], token: token).body == cleared.body)
        }
    }

    @Test func `another name is found by it, and taken names are refused`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            _ = try await host.register("grace")
            let taken = try await host.send(.put, "/users/me", ["username": "GRACE"], token: token)
            #expect(taken.status == 409)
            #expect(taken["detail"] == "Username already taken")
            let address = try await host.send(.put, "/users/me", ["email": "Grace@example.org", "bio": "new"], token: token)
            #expect(address.status == 409)
            #expect(address["detail"] == "Email already registered")
            #expect(try await host.send(.get, "/users/me", token: token)["bio"] == .null)
            #expect(
                try await host.send(.put, "/users/me", ["username": "ADA", "email": "new@EXAMPLE.org"], token: token).status
                    == 200)
            #expect(try await host.login("New@example.org").user["username"] == "ADA")
            #expect(try await host.login("ada@example.org").status == 401)
        }
    }

    @Test(arguments: [
        ("Europe/Paris", true), ("UTC", true), ("America/Argentina/Buenos_Aires", true), ("Asia/Kolkata", true),
        ("Etc/GMT+5", true),
        ("Mars/Olympus", false), ("", false), ("europe", false), ("Europe", false), ("CEST", false), ("GMT+3", false),
        ("+02:00", false),
        ("../../etc/passwd", false), ("Europe/../Europe/Paris", false), ("/usr/share/zoneinfo/UTC", false), ("posix/UTC", false),
        ("zone.tab", false), ("Europe/Paris\u{0}", false), ("tzdata.zi", false),
    ])
    func `a time zone is a real one`(name: String, isKnown: Bool) {
        #expect(TimeZoneName.isKnown(name) == isKnown)
    }

    @Test func `everything wrong with a profile is said at once`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            let answer = try await host.send(
                .put, "/users/me",
                [
                    "timezone": "Mars/Olympus", "bio": .string(String(repeating: "b", count: 281)), "username": "a b",
                    "display_name": "nul\u{0}", "is_public": "perhaps", "theme": .string(String(repeating: "t", count: 21)),
                ], token: token)
            #expect(answer.status == 422)
            for name in ["timezone", "bio", "username", "U+0000", "is_public", "theme"] {
                #expect(answer.errors.contains(name), "\(name)")
            }
        }
    }

    @Test func `an observer may undo a change of the profile`() async throws {
        try await withAccounts { host, _ in
            let token = try await host.register("ada").token
            host.extensions.veto.withLock { $0 = "Not today" }
            #expect(try await host.send(.put, "/users/me", ["bio": "new", "guild": "owls"], token: token).status == 400)
            #expect(try await host.send(.get, "/users/me", token: token)["bio"] == .null)
            host.extensions.veto.withLock { $0 = nil }
            #expect(try await host.send(.put, "/users/me", ["bio": "new", "guild": "owls"], token: token)["bio"] == "new")
            #expect(host.extensions.steps.withLock { $0.last?.changes } == ["guild": "owls"])
        }
    }

    @Test func `others see a public profile without address and settings, and a private one not at all`() async throws {
        try await withAccounts { host, _ in
            let ada = try await host.register("ada")
            let grace = try await host.register("grace")
            let path = "/users/\(id(ada))"
            for token in [nil, grace.token] {
                let answer = try await host.send(.get, path, token: token)
                #expect(answer.status == 403)
                #expect(answer["detail"] == "This profile is private")
            }
            let own = try await host.send(.get, path, token: ada.token)
            #expect(own["email"] == "ada@example.org")
            _ = try await host.send(.put, "/users/me", ["is_public": true], token: ada.token)
            for token in [nil, grace.token] {
                let answer = try await host.send(.get, path, token: token)
                #expect(answer.status == 200)
                #expect(answer["username"] == "ada")
                #expect(answer["email"] == .null)
                for name in ["timezone", "theme", "notifications_enabled", "role"] { #expect(answer[name] == nil, "\(name)") }
                #expect(JSONValue.object(answer.body).text.contains("example.org") == false)
            }
            #expect(try await host.send(.get, path, token: "broken").status == 401)
            #expect(try await host.send(.get, "/users/01890a5d-ac96-774b-bcce-b302099a8057").status == 404)
            #expect(try await host.send(.get, "/users/seven").status == 422)
            #expect(try await host.send(.get, path.uppercased().replacing("/USERS", with: "/users")).status == 200)
        }
    }

    @Test func `who knows a friend code sees its user without e-mail address, private or not`() async throws {
        try await withAccounts { host, _ in
            let ada = try await host.register("ada")
            let grace = try await host.register("grace")
            guard case .string(let code)? = ada.user["friend_code"] else { throw TestFailure("no friend code") }
            for text in [code, code.lowercased()] {
                let answer = try await host.send(.get, "/users/friend-code/\(text)", token: grace.token)
                #expect(answer.status == 200 && answer["username"] == "ada" && answer["email"] == .null)
                #expect(answer["timezone"] == nil && answer["role"] == nil)
            }
            let own = try await host.send(.get, "/users/friend-code/\(code)", token: ada.token)
            #expect(own["email"] == ada.user["email"])
            for wrong in [code == "00000000" ? "00000001" : "00000000", "x", "%25"] {
                let answer = try await host.send(.get, "/users/friend-code/\(wrong)", token: grace.token)
                #expect(answer.status == 404 && answer["detail"] == "No user found with this friend code")
            }
            #expect(try await host.send(.get, "/users/friend-code/\(code)").status == 401)
            _ = try await host.database.query("UPDATE users SET deleted_at = $1", [.timestamp(1)], scope: .host)
            #expect(try await host.accounts.store.user(withFriendCode: code) == nil)
        }
    }

    @Test func `users are found by part of a name without accents, and by a whole friend code`() async throws {
        try await withAccounts { host, _ in
            let ada = try await host.register("Ærøada", email: "ada@example.org")
            _ = try await host.register("grace_h")
            _ = try await host.register("gracexh")
            let store = host.accounts.store
            _ = try await host.send(.put, "/users/me", ["display_name": "Zoë 100%"], token: ada.token)
            func names(_ text: String, limit: Int = 10) async throws -> [String] {
                try await store.search(UserSearch(text, limit: limit)).users.map(\.username)
            }
            #expect(try await names("ÆRO") == ["Ærøada"])
            #expect(try await names("zoe") == ["Ærøada"])
            #expect(try await names("RACE") == ["grace_h", "gracexh"])
            #expect(try await names("race", limit: 1) == ["grace_h"])
            #expect(try await names("e_h") == ["grace_h"])
            #expect(try await names("0%") == ["Ærøada"])
            guard case .string(let code)? = ada.user["friend_code"] else { throw TestFailure("no friend code") }
            #expect(try await names(code.lowercased()) == ["Ærøada"])
            #expect(try await names(String(code.dropLast())).isEmpty)
            // A name is no code, and a code finds nobody else.
            _ = try await host.register(code)
            #expect(try await names(code) == ["Ærøada"])
            #expect(try await names(code.lowercased()) == ["Ærøada"])
            let other = code == "0000CAFE" ? "0000BABE" : "0000CAFE"
            _ = try await host.register(other)
            #expect(try await names(other).isEmpty)
            #expect(try await names(other.lowercased()) == [other])
            let id = try #require(DatabaseUUID(id(ada)))
            #expect(try await store.users([id, DatabaseUUID(high: 1, low: 1), id]).map(\.username) == ["Ærøada"])
            _ = try await host.database.query("UPDATE users SET deleted_at = $1", [.timestamp(1)], scope: .host)
            #expect(try await names("grace").isEmpty)
            #expect(try await store.users([id]).isEmpty)
        }
    }

    @Test func `who searches finds public profiles and whom he knows, page by page, but not himself`() async throws {
        try await withAccounts { host, _ in
            let store = host.accounts.store
            var ids: [String: DatabaseUUID] = [:]
            for name in ["race1", "race2", "race3", "race4", "race5"] {
                let entry = try await host.register(name)
                ids[name] = DatabaseUUID(id(entry))
                guard ["race1", "race3", "race5"].contains(name) else { continue }
                _ = try await host.send(.put, "/users/me", ["is_public": true], token: entry.token)
            }
            func found(
                _ text: String = "race", by viewer: String = "race3", knowing known: [String] = [], offset: Int = 0
            ) async throws -> [String] {
                let viewer = UserSearch.Viewer(
                    id: try #require(ids[viewer]), known: try known.map { try #require(ids[$0]) })
                let (users, total) = try await store.search(UserSearch(text, limit: 2, offset: offset, viewer: viewer))
                return users.map(\.username) + ["\(total)"]
            }
            #expect(try await found() == ["race1", "race5", "2"])
            #expect(try await found(knowing: ["race4"]) == ["race1", "race4", "3"])
            #expect(try await found(knowing: ["race4"], offset: 2) == ["race5", "3"])
            #expect(try await found(knowing: ["race4"], offset: 3) == ["3"])
            #expect(try await found("nobody", offset: 3) == ["0"])
            // A code finds nobody who is not to be found.
            let codes = try await store.users([try #require(ids["race2"]), try #require(ids["race1"])])
            let hidden = try #require(codes.first { $0.username == "race2" }?.friendCode)
            let open = try #require(codes.first { $0.username == "race1" }?.friendCode)
            #expect(try await found(hidden) == ["0"])
            #expect(try await found(hidden, knowing: ["race2"]) == ["race2", "1"])
            #expect(try await found(open) == ["race1", "1"])
            #expect(try await found(open, offset: 1) == ["1"])
            #expect(try await found(open, by: "race1") == ["0"])
        }
    }
}
