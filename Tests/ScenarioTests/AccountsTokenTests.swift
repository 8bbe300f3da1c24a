import Crypto
import Foundation
import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// What a token is good for, and from when on not any more.
struct AccountsTokenTests {
    private static let key = SymmetricKey(data: Data(String(repeating: "k", count: 32).utf8))

    private static func base64(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// A token as somebody might forge it.
    private static func token(
        header: String = #"{"alg":"HS256","typ":"JWT"}"#, payload: String, key: SymmetricKey = key
    ) -> String {
        let signed = base64(Data(header.utf8)) + "." + base64(Data(payload.utf8))
        return signed + "." + base64(Data(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)))
    }

    @Test func `whatever is wrong with a token, the answer is the same 401`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let good = try #require(ada.token)
            let id = try #require(try await ada.get("/api/users/me").json["id"]?.string)
            let now = TestHost.noon / 1_000_000
            let jti = "0198f0a0-0000-7000-8000-000000000001"
            func payload(_ changes: JSONObject = [:], without: String = "") -> String {
                var object: JSONObject = [
                    "sub": .string(id), "iat": .integer(now), "exp": .integer(now + 100), "jti": .string(jti),
                ]
                for (name, value) in changes.members { object[name] = value }
                var kept = JSONObject()
                for (name, value) in object.members where name != without { kept[name] = value }
                return JSONValue.object(kept).text
            }
            func status(_ header: String) async throws -> String {
                let answer = try await client.send(.GET, "/api/auth/me", headers: ["Authorization": header])
                return "\(answer.status) \(answer.detail ?? "") \(answer.headers.first(name: "WWW-Authenticate") ?? "")"
            }
            // The forger's workshop works: with the right key and claims the token is accepted.
            let forged = try await client.send(
                .GET, "/api/auth/me", headers: ["Authorization": "Bearer " + Self.token(payload: payload())])
            #expect(forged.status == 200)

            let refused = #"401 Could not validate credentials Bearer error="invalid_token""#
            let parts = good.split(separator: ".").map(String.init)
            var wrong = [
                "none": Self.token(header: #"{"alg":"none"}"#, payload: payload()),
                "none, unsigned": Self.base64(Data(#"{"alg":"none","typ":"JWT"}"#.utf8)) + "." + parts[1] + ".",
                "HS512": Self.token(header: #"{"alg":"HS512"}"#, payload: payload()),
                "other key": Self.token(payload: payload(), key: SymmetricKey(size: .bits256)),
                "changed payload": parts[0] + "." + Self.base64(Data(payload().utf8)) + "." + parts[2],
                "cut": String(good.dropLast()), "longer": good + "A", "two parts": parts[0] + "." + parts[1], "empty": "..",
                "four parts": good + ".x", "padding": good + "=", "garbage": "\u{1F511}",
                "long": String(repeating: "a", count: 9000),
                "expired": Self.token(payload: payload(["exp": .integer(now)])),
                "from the future": Self.token(payload: payload(["iat": .integer(now + 3600), "exp": .integer(now + 7200)])),
                "not yet": Self.token(payload: payload(["nbf": .integer(now + 3600)])),
                "another purpose": Self.token(payload: payload(["type": "password_reset"])),
                "refresh": Self.token(payload: payload(["type": "refresh"])),
                "nobody": Self.token(payload: payload(["sub": "0198f0a0-0000-7000-8000-00000000dead"])),
                "bad sub": Self.token(payload: payload(["sub": "1 OR 1=1"])), "number": Self.token(payload: payload(["sub": 1])),
                "text exp": Self.token(payload: payload(["exp": "tomorrow"])), "not an object": Self.token(payload: "[]"),
                "twice": Self.token(payload: payload().dropLast() + #","sub":"x"}"#),
                "critical": Self.token(header: #"{"alg":"HS256","crit":["x"],"x":1}"#, payload: payload()),
            ]
            for claim in ["sub", "iat", "exp", "jti"] { wrong["no \(claim)"] = Self.token(payload: payload(without: claim)) }
            for (what, token) in wrong where token.allSatisfy(\.isASCII) {
                #expect(try await status("Bearer \(token)") == refused, "\(what)")
            }
            for header in ["Bearer", "Bearer ", "Basic YTpi", good, "Token \(good)", "Bearer \(good) x"] {
                #expect(try await status(header).hasPrefix("401 "), "\(header.prefix(12))")
            }
            let missing = try await client.get("/api/auth/me")
            #expect(missing.status == 401 && missing.headers.first(name: "WWW-Authenticate") == "Bearer")
            // The scheme's case does not matter.
            #expect(try await status("bearer \(good)").hasPrefix("200"))
            // RFC 9110 has one or more spaces behind it.
            #expect(try await status("Bearer  \(good)").hasPrefix("200"))
        }
    }

    @Test func `a token ends when its time is over`() async throws {
        try await product(environment: ["ACCESS_TOKEN_MINUTES": "2"]) { host, client in
            let answer = try await client.post(
                "/api/auth/register", ["email": "ada@example.com", "username": "ada", "password": "SecurePass1"])
            #expect(answer.json["expires_in"] == 120)
            var ada = client
            ada.token = answer.json["access_token"]?.string
            host.clock.advance(by: .seconds(119))
            #expect(try await ada.get("/api/habits/").status == 200)
            host.clock.advance(by: .seconds(1))
            for path in ["/api/habits/", "/api/auth/me"] {
                let answer = try await ada.get(path)
                #expect(answer.status == 401 && answer.detail == "Could not validate credentials", "\(path)")
            }
            #expect(try await ada.post("/api/habits/", ["title": "late"]).status == 401)
            #expect(try await ada.post("/api/auth/logout").status == 401)
        }
    }

    @Test func `logging out ends this token at once and no other`() async throws {
        try await product { _, client in
            let phone = try await client.registered("ada")
            var desk = client
            desk.token = try await client.post("/api/auth/login", ["email": "ada", "password": "SecurePass1"]).json[
                "access_token"]?.string
            let bob = try await client.registered("bob")
            #expect(try await phone.get("/api/habits/").status == 200)
            let answer = try await phone.post("/api/auth/logout")
            #expect(answer.status == 200 && answer.json == ["message": "Successfully logged out"])
            for _ in 0..<3 {
                for path in ["/api/habits/", "/api/auth/me", "/api/users/me"] {
                    #expect(try await phone.get(path).status == 401, "\(path)")
                }
            }
            #expect(try await phone.post("/api/auth/logout").status == 401)
            #expect(try await desk.get("/api/habits/").status == 200)
            #expect(try await bob.get("/api/habits/").status == 200)
            #expect(try await client.post("/api/auth/logout").status == 401)
        }
    }

    @Test func `a logout counts on a second host on the same database, and after a restart`() async throws {
        let first = try await TestHost.start()
        let second = try await TestHost.start(dataFolder: first.dataFolder, clock: first.clock)
        let ada = try await TestClient(first).registered("ada")
        let bob = try await TestClient(first).registered("bob")
        let there = TestClient(second, token: ada.token)
        // The second host has verified and remembered it.
        #expect(try await there.get("/api/habits/").status == 200)
        #expect(try await TestClient(second, token: bob.token).get("/api/habits/").status == 200)
        #expect(try await ada.post("/api/auth/logout").status == 200)
        #expect(try await eventually { try await there.get("/api/habits/").status == 401 })
        #expect(try await TestClient(second, token: bob.token).get("/api/habits/").status == 200)
        try await first.stop()
        try await second.stop()
        let third = try await TestHost.start(dataFolder: first.dataFolder, clock: first.clock)
        #expect(try await TestClient(third, token: ada.token).get("/api/habits/").status == 401)
        #expect(try await TestClient(third, token: bob.token).get("/api/habits/").status == 200)
        try await third.stop()
    }

    @Test func `a changed time zone counts on a second host too`() async throws {
        let first = try await TestHost.start()
        let second = try await TestHost.start(dataFolder: first.dataFolder, clock: first.clock)
        let ada = try await TestClient(first).registered("ada")
        let there = TestClient(second, token: ada.token)
        func today() async throws -> String? {
            try await there.get("/api/completions/summary?days=1").json[0]?["date"]?.string
        }
        #expect(try await today() == "2026-11-20T00:00:00")
        first.clock.advance(by: .seconds(1))
        try await ada.move(to: "Pacific/Auckland")
        #expect(try await eventually { try await today() == "2026-11-21T00:00:00" })
        try await first.stop()
        try await second.stop()
    }
}
