import Foundation
import HearthJSON
import NIOHTTP1
import Testing

/// Registering, logging in, profiles.
struct AccountsTests {
    private static let members = [
        "id", "email", "username", "display_name", "bio", "avatar_url", "friend_code", "is_public", "is_active", "created_at",
        "timezone", "language", "theme", "notifications_enabled", "role", "level", "total_xp", "coins", "current_streak",
        "best_streak",
    ]

    private func registration(_ changes: JSONObject = [:]) -> JSONValue {
        var body: JSONObject = ["email": "Ada.L@Example.COM", "username": "Ada", "password": "SecurePass1"]
        for (name, value) in changes.members { body[name] = value }
        return .object(body)
    }

    @Test func `registering answers a token and the new user`() async throws {
        try await product { _, client in
            let answer = try await client.post(
                "/api/auth/register", registration(["is_admin": true, "role": "admin", "level": 9]))
            #expect(answer.status == 201)
            #expect(answer.json["token_type"] == "bearer" && answer.json["expires_in"] == 2_592_000)
            #expect(answer.headers.first(name: "Cache-Control") == "no-store")
            let user = try #require(answer.json["user"])
            #expect(user.names == Self.members.sorted())
            let expected: JSONObject = [
                "email": "Ada.L@example.com", "username": "Ada", "display_name": .null, "bio": .null, "avatar_url": .null,
                "is_public": false, "is_active": true, "timezone": "UTC", "theme": "dark", "notifications_enabled": true,
                "role": "user", "level": 1, "total_xp": 0, "coins": 0, "current_streak": 0, "best_streak": 0,
                "created_at": "2026-11-20T12:00:00.000000Z",
            ]
            for (name, value) in expected.members { #expect(user[name] == value, "\(name)") }
            let code = try #require(user["friend_code"]?.string)
            #expect(code.wholeMatch(of: /[0-9A-F]{8}/) != nil)
            var ada = client
            ada.token = answer.json["access_token"]?.string
            for path in ["/api/auth/me", "/api/users/me"] { #expect(try await ada.get(path).json == user, "\(path)") }
            #expect(!answer.body.contains("SecurePass1") && !answer.body.contains("$2"))
        }
    }

    @Test func `a wrong registration lists everything that is wrong and never the password`() async throws {
        try await product { host, client in
            let answer = try await client.post(
                "/api/auth/register", ["email": "nowhere", "username": "a!", "password": "hunter"])
            #expect(answer.status == 422)
            let fields = Set(answer.violations.compactMap { $0.split(separator: " ").first })
            #expect(fields == ["body.email", "body.username", "body.password"])
            #expect(!answer.body.contains("hunter"))
            for (password, message) in [
                ("short1A", "at least 8"), ("alllowercase1", "uppercase"), ("ALLUPPERCASE1", "lowercase"),
                ("NoDigitsHere", "digit"),
                (String(repeating: "aB3", count: 40), "72"), ("Aa1" + String(repeating: "é", count: 36), "72"),
                ("Secure\u{0}Pass1", "NUL"),
            ] {
                let answer = try await client.post("/api/auth/register", registration(["password": .string(password)]))
                #expect(answer.status == 422, "\(password)")
                #expect(answer.messages.contains { $0.contains(message) }, "\(answer.body)")
                #expect(!answer.body.contains(password))
            }
            for name in ["ab", String(repeating: "a", count: 31), "a b", "a@b", "a\u{0}b", "", "naïve😀"] {
                #expect(
                    try await client.post("/api/auth/register", registration(["username": .string(name)])).status == 422,
                    "\(name)")
            }
            for email in [
                "a", "@b.c", "a@", "a b@c.de", "a@b@c.de", "a@\u{0}c.de", String(repeating: "x", count: 250) + "@example.com",
            ] {
                #expect(
                    try await client.post("/api/auth/register", registration(["email": .string(email)])).status == 422, "\(email)"
                )
            }
            #expect(try await client.post("/api/auth/register", [:]).violations.count == 3)
            #expect(!host.log.all.contains { $0.contains("hunter") })
            // 72 bytes, and letters of any script.
            let longest = "Aa1" + String(repeating: "x", count: 69)
            let accepted = try await client.post(
                "/api/auth/register", registration(["password": .string(longest), "username": "Čeněk_日本-٣"]))
            #expect(accepted.status == 201, "\(accepted.body)")
        }
    }

    @Test func `an e-mail address or username that is taken is 409, whatever the case`() async throws {
        try await product { _, client in
            #expect(try await client.post("/api/auth/register", registration()).status == 201)
            let email = try await client.post(
                "/api/auth/register", registration(["username": "other", "email": "ada.l@EXAMPLE.com"]))
            #expect(email.status == 409 && email.detail == "Email already registered")
            let name = try await client.post("/api/auth/register", registration(["username": "aDA", "email": "b@example.com"]))
            #expect(name.status == 409 && name.detail == "Username already taken")
            let bob = try await client.registered("bob")
            let before = try await bob.get("/api/users/me").json
            let renamed = try await bob.put("/api/users/me", ["username": "ADA", "bio": "lost"])
            #expect(renamed.status == 409 && renamed.detail == "Username already taken")
            #expect(try await bob.put("/api/users/me", ["email": "ADA.l@example.com"]).detail == "Email already registered")
            #expect(try await bob.get("/api/users/me").json == before)
            // His own name in another case is free.
            #expect(try await bob.put("/api/users/me", ["username": "BOB"]).json["username"] == "BOB")
        }
    }

    @Test func `one logs in with e-mail address or username, in JSON or a form`() async throws {
        try await product { _, client in
            let registered = try await client.post("/api/auth/register", registration())
            let id = registered.json["user"]?["id"]
            for login in ["Ada.L@example.com", "ada.l@EXAMPLE.com", "ada"] {
                let answer = try await client.post("/api/auth/login", ["email": .string(login), "password": "SecurePass1"])
                #expect(answer.status == 200 && answer.json["user"]?["id"] == id, "\(login)")
                #expect(answer.headers.first(name: "Cache-Control") == "no-store")
                #expect(answer.json["access_token"] != registered.json["access_token"])
            }
            let form = "username=Ada.L%40example.com&password=SecurePass1&grant_type=password"
            let answer = try await client.send(
                .POST, "/api/auth/login", body: Array(form.utf8), type: "application/x-www-form-urlencoded")
            #expect(answer.status == 200 && answer.json["user"]?["id"] == id)
            let wrong = try await client.send(
                .POST, "/api/auth/login", body: Array("username=ada&password=Wrong".utf8),
                type: "application/x-www-form-urlencoded")
            #expect(wrong.status == 401)
            let empty = try await client.send(
                .POST, "/api/auth/login", body: Array("a=b".utf8), type: "application/x-www-form-urlencoded")
            #expect(empty.status == 422 && empty.violations == ["body.password missing", "body.username missing"])
            let broken = try await client.send(
                .POST, "/api/auth/login", body: Array("username=%GG".utf8), type: "application/x-www-form-urlencoded")
            #expect(broken.status == 400)
        }
    }

    @Test func `an unknown user and a wrong password cannot be told apart`() async throws {
        try await product { _, client in
            #expect(try await client.post("/api/auth/register", registration()).status == 201)
            func shape(_ login: String, _ password: String) async throws -> [String] {
                let answer = try await client.post("/api/auth/login", ["email": .string(login), "password": .string(password)])
                let hidden = ["x-request-id", "date"]
                let headers = answer.headers.filter { !hidden.contains($0.name.lowercased()) }.map { "\($0.name): \($0.value)" }
                return ["\(answer.status)", answer.detail ?? "", "\(answer.json.names)", "\(answer.body.utf8.count)"] + headers
            }
            let wrong = try await shape("Ada.L@example.com", "WrongPass1")
            #expect(wrong[0] == "401" && wrong[1] == "Invalid email or password")
            for login in ["nobody@example.com", "nobody", "", "ada\u{2060}", "%", "' OR 1=1 --"] {
                #expect(try await shape(login, "WrongPass1") == wrong, "\(login)")
            }
            #expect(try await shape("Ada.L@example.com", "") == wrong)
            #expect(try await shape("Ada.L@example.com", "securepass1") == wrong)
            let long = try await client.post(
                "/api/auth/login", ["email": "ada", "password": .string("SecurePass1" + String(repeating: "x", count: 62))])
            #expect(long.status == 422)
        }
    }

    @Test func `a profile takes each of its fields and refuses wrong ones whole`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let values: JSONObject = [
                "username": "ada_2", "email": "New@example.org", "display_name": "Ada Lovelace", "bio": "First",
                "avatar_url": "https://a.example/x.png",
                "timezone": "Europe/Paris", "is_public": true, "notifications_enabled": false, "theme": "light",
            ]
            for (name, value) in values.members {
                let answer = try await ada.put("/api/users/me", .object([name: value]))
                #expect(answer.status == 200 && answer.json[name] == value, "\(name)")
            }
            let me = try await ada.get("/api/users/me").json
            for (name, value) in values.members { #expect(me[name] == value, "\(name)") }
            for (name, value) in [
                ("username", "a"), ("email", "x"), ("display_name", String(repeating: "x", count: 101)),
                ("bio", String(repeating: "x", count: 281)), ("avatar_url", String(repeating: "x", count: 501)),
                ("timezone", "Mars/Base"),
                ("timezone", "CEST"), ("timezone", "../../etc/passwd"), ("timezone", "GMT+3"), ("timezone", ""),
                ("timezone", "Europe"),
                ("timezone", "Europe/"), ("timezone", "/Europe/Paris"), ("timezone", "europe/paris "),
                ("timezone", "Europe/Paris\u{0}"),
                ("theme", String(repeating: "x", count: 21)), ("bio", "a\u{0}b"),
            ] {
                let answer = try await ada.put("/api/users/me", .object([name: .string(value), "notifications_enabled": true]))
                #expect(answer.status == 422, "\(name): \(value)")
            }
            #expect(try await ada.put("/api/users/me", ["is_public": "perhaps", "bio": 5]).violations.count == 2)
            #expect(try await ada.get("/api/users/me").json == me)
            // Null clears what may be empty and else changes nothing; what is not the user's stays.
            let cleared = try await ada.put(
                "/api/users/me",
                [
                    "display_name": .null, "bio": .null, "avatar_url": .null, "username": .null, "timezone": .null,
                    "role": "admin", "coins": 999, "is_active": false,
                ])
            #expect(cleared.json["display_name"] == .null && cleared.json["bio"] == .null && cleared.json["avatar_url"] == .null)
            #expect(cleared.json["username"] == "ada_2" && cleared.json["timezone"] == "Europe/Paris")
            #expect(cleared.json["role"] == "user" && cleared.json["coins"] == 0 && cleared.json["is_active"] == true)
        }
    }

    @Test func `a profile is private unless its owner says otherwise, and never shows others the e-mail address`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let bob = try await client.registered("bob")
            let path = "/api/users/\(try #require(try await ada.get("/api/users/me").json["id"]?.string))"
            for stranger in [client, bob] {
                let answer = try await stranger.get(path)
                #expect(answer.status == 403 && answer.detail == "This profile is private")
                #expect(!answer.body.contains("ada"))
            }
            #expect(try await ada.get(path).json["email"] == "ada@example.com")
            #expect(try await ada.put("/api/users/me", ["is_public": true, "display_name": "A"]).status == 200)
            for stranger in [client, bob] {
                let answer = try await stranger.get(path)
                #expect(answer.status == 200 && answer.json["username"] == "ada" && answer.json["email"] == .null)
                #expect(!answer.body.contains("@"))
                for name in ["timezone", "theme", "notifications_enabled", "role"] {
                    #expect(answer.json[name] == nil, "\(name)")
                }
            }
            let missing = try await bob.get("/api/users/0198f0a0-0000-7000-8000-000000000000")
            #expect(missing.status == 404 && missing.detail == "User not found")
            #expect(try await bob.get("/api/users/x").status == 422)
            var bad = client
            bad.token = "x"
            #expect(try await bad.get(path).status == 401)
        }
    }

    @Test func `too many logins at once are 503 with a time to wait, and no failure`() async throws {
        try await product(environment: ["BCRYPT_COST": "10"]) { _, client in
            #expect(try await client.post("/api/auth/register", registration()).status == 201)
            let statuses = try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                for _ in 0..<60 {
                    group.addTask {
                        let answer = try await client.post("/api/auth/login", ["email": "ada", "password": "SecurePass1"])
                        return (answer.status, answer.headers.first(name: "Retry-After"))
                    }
                }
                return try await group.reduce(into: [(Int, String?)]()) { $0.append($1) }
            }
            #expect(statuses.allSatisfy { $0.0 == 200 || $0.0 == 503 && $0.1 != nil })
            #expect(statuses.contains { $0.0 == 200 })
        }
    }
}
