import Foundation
import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// How many requests a host lets through, and what it says to the others.
struct RateLimitTests {
    private static func statuses(
        _ count: Int, _ request: @escaping @Sendable () async throws -> TestClient.Answer
    ) async throws -> [Int: Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<count { group.addTask { try await request().status } }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    private static func fields(_ answer: TestClient.Answer) -> [String?] {
        ["RateLimit-Policy", "RateLimit", "Retry-After"].map { answer.headers.first(name: $0) }
    }

    @Test func `of many requests of a user at the same time exactly the hundred of his minute pass`() async throws {
        try await product(environment: ["RATE_LIMIT": "on"]) { host, client in
            let ada = try await client.registered("ada")
            let bob = try await client.registered("bob")
            let first = try await Self.statuses(200) { try await ada.get("/api/habits/") }
            #expect(first == [200: 100, 429: 100])
            #expect(try await bob.get("/api/habits/").status == 200)
            #expect(try await client.get("/api/users/\(UUID())").status == 404)
            host.clock.advance(by: .milliseconds(59_999))
            #expect(try await ada.get("/api/users/me").status == 429)
            host.clock.advance(by: .milliseconds(1))
            let second = try await Self.statuses(101) { try await ada.get("/api/users/me") }
            #expect(second == [200: 100, 429: 1])
        }
    }

    @Test func `every answer says what is left, errors included`() async throws {
        try await product(environment: ["RATE_LIMIT": "on"]) { host, client in
            let entered = try await client.post(
                "/api/auth/register", ["email": "ada@example.com", "username": "ada", "password": "SecurePass1"])
            #expect(Self.fields(entered) == ["\"login\";q=10;w=60", "\"login\";r=9;t=60", nil])
            var ada = client
            ada.token = entered.json["access_token"]?.string
            host.clock.advance(by: .milliseconds(10_500))
            let answers = try await [
                ada.get("/api/habits/"), ada.get("/api/habits/\(UUID())"), ada.get("/api/habits/no-id"),
                ada.post("/api/habits/", ["title": 5]), ada.get("/api/metrics"),
            ]
            #expect(answers.map(\.status) == [200, 404, 422, 422, 403])
            for (index, answer) in answers.enumerated() {
                // Metrics are exempt.
                let expected: [String?] =
                    index < 4 ? ["\"default\";q=100;w=60", "\"default\";r=\(99 - index);t=60", nil] : [nil, nil, nil]
                #expect(Self.fields(answer) == expected, "\(index)")
            }
            let anonymous = try await client.get("/api/habits/")
            #expect(anonymous.status == 401)
            #expect(Self.fields(anonymous) == ["\"anonymous\";q=300;w=60", "\"anonymous\";r=299;t=60", nil])
            #expect(try await Self.fields(client.get("/api/nothing")) == [nil, nil, nil])
        }
    }

    @Test func `who sends too much is told in the usual shape how long to wait`() async throws {
        try await product(environment: ["RATE_LIMIT": "on", "RATE_LIMIT_USER": "1"]) { host, client in
            let ada = try await client.registered("ada")
            _ = try await ada.get("/api/habits/")
            host.clock.advance(by: .milliseconds(20_001))
            let refused = try await ada.send(.GET, "/api/habits/", headers: ["X-Request-ID": "r-1"])
            #expect(refused.status == 429)
            #expect(
                refused.json == ["detail": "Too many requests, try again in 40 seconds", "request_id": "r-1"], "\(refused.body)")
            #expect(Self.fields(refused) == ["\"default\";q=1;w=60", "\"default\";r=0;t=40", "40"])
            let problem = try await ada.send(.GET, "/api/habits/", headers: ["Accept": "application/problem+json"])
            #expect(problem.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(problem.json["status"]?.int == 429 && problem.json["title"]?.string == "Too Many Requests")
        }
    }

    @Test func `wrong passwords are counted, and keep nobody from what he does with his token`() async throws {
        try await product(environment: ["RATE_LIMIT": "on", "RATE_LIMIT_LOGIN": "5"]) { host, client in
            let ada = try await client.registered("ada")
            let wrong: JSONValue = ["email": "ada", "password": "WrongPass1"]
            for _ in 0..<3 { #expect(try await client.post("/api/auth/login", wrong).status == 401) }
            #expect(try await client.post("/api/auth/login", ["email": 5]).status == 422)
            let right: JSONValue = ["email": "ada", "password": "SecurePass1"]
            let refused = try await client.post("/api/auth/login", right)
            #expect(refused.status == 429)
            #expect(Self.fields(refused) == ["\"login\";q=5;w=60", "\"login\";r=0;t=60", "60"])
            #expect(try await ada.get("/api/habits/").status == 200)
            host.clock.advance(by: .seconds(60))
            #expect(try await client.post("/api/auth/login", right).status == 200)
        }
    }

    @Test func `behind a trusted proxy addresses are counted apart`() async throws {
        let environment = ["RATE_LIMIT": "on", "RATE_LIMIT_ADDRESS": "2", "TRUSTED_PROXIES": "127.0.0.1"]
        try await product(environment: environment) { _, client in
            for address in ["192.0.2.1", "192.0.2.2"] {
                for status in [401, 401, 429] {
                    let answer = try await client.send(.GET, "/api/habits/", headers: ["X-Forwarded-For": address])
                    #expect(answer.status == status, "\(address)")
                }
            }
        }
    }

    @Test func `health and description are exempt`() async throws {
        try await product(environment: ["RATE_LIMIT": "on", "RATE_LIMIT_ADDRESS": "1"]) { _, client in
            for path in ["/api/health", "/api/health/detailed", "/api/openapi.json", "/api/docs"] {
                for _ in 0..<3 {
                    let answer = try await client.get(path)
                    #expect(answer.status == 200 && Self.fields(answer) == [nil, nil, nil], "\(path)")
                }
            }
        }
    }

    @Test func `limits that are off are not spoken of`() async throws {
        try await product(environment: ["RATE_LIMIT": "off", "RATE_LIMIT_USER": "1", "RATE_LIMIT_ADDRESS": "1"]) { _, client in
            let ada = try await client.registered("ada")
            for _ in 0..<3 {
                let answer = try await ada.get("/api/habits/")
                #expect(answer.status == 200 && Self.fields(answer) == [nil, nil, nil])
            }
        }
    }

    @Test func `a route of a plugin has the limit that it declares`() async throws {
        let environment = ["RATE_LIMIT": "on", "RATE_LIMIT_ADDRESS": "1000000"]
        try await PluginScenario.run(("kit-features", ""), environment: environment) { host, client in
            let answers = try await [
                client.get("/api/kit-features/seldom"), client.get("/api/v1/kit-features/seldom/"),
                client.get("/api/kit-features/seldom"),
            ]
            #expect(answers.map(\.status) == [204, 204, 429])
            #expect(
                Self.fields(answers[0])
                    == ["\"GET /api/kit-features/seldom\";q=2;w=60", "\"GET /api/kit-features/seldom\";r=1;t=60", nil])
            host.clock.advance(by: .seconds(60))
            #expect(try await client.get("/api/kit-features/seldom").status == 204)
        }
    }

    @Test func `the description lists the refusal where it can happen`() async throws {
        try await product { _, client in
            let document = try await client.get("/api/openapi.json").json
            guard case .object(let paths)? = document["paths"] else {
                Issue.record("there are no paths")
                return
            }
            let exempt = ["/api/health", "/api/metrics", "/api/openapi.json", "/api/docs"]
            for (path, item) in paths.members {
                guard case .object(let methods) = item else { continue }
                for (method, operation) in methods.members {
                    let refusal = operation["responses"]?["429"]
                    let isExempt = exempt.contains { path == $0 || path.hasPrefix($0 + "/") }
                    #expect((refusal == nil) == isExempt, "\(method) \(path)")
                    guard let refusal else { continue }
                    #expect(refusal["headers"]?.names == ["RateLimit", "RateLimit-Policy", "Retry-After"], "\(method) \(path)")
                    let schema = refusal["content"]?["application/json"]?["schema"]?["$ref"]?.string
                    #expect(schema == "#/components/schemas/ErrorResponse", "\(method) \(path)")
                }
            }
            #expect(document["components"]?["headers"]?.names == ["RateLimit", "RateLimit-Policy", "Retry-After"])
        }
    }
}
