import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// What belongs to somebody else does not exist, whatever the method, on every route that there is.
struct HabitsOwnershipTests {
    /// A route of the API description.
    private struct Described {
        let method: String
        let path: String
        let operation: JSONValue
        var isForUsers: Bool { operation["security"] == [["bearer": []]] }
    }

    private static func routes(_ client: TestClient) async throws -> [Described] {
        guard case .object(let paths)? = try await client.get("/api/openapi.json").json["paths"] else { return [] }
        return paths.members.flatMap { path, item -> [Described] in
            guard case .object(let methods) = item else { return [] }
            return methods.members.map { Described(method: $0.name.uppercased(), path: path, operation: $0.value) }
        }
    }

    @Test func `whoever names another one's habit or completion in a path finds nothing and changes nothing`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let eve = try await client.registered("eve")
            let habit = try await ada.habit(["title": "Ada's"])
            let completion = try #require(try await ada.complete(habit).json["id"]?.string)
            let before = try await (ada.get("/api/habits/\(habit)").body, ada.get("/api/completions/history").body)
            host.clock.advance(by: .seconds(86_400))
            let after = try await ada.get("/api/habits/\(habit)").json
            let missing = "0198f0a0-0000-7000-8000-000000000000"

            let named = try await Self.routes(eve).filter {
                $0.path.contains("{habit_id}") || $0.path.contains("{completion_id}")
            }
            #expect(named.count == 9)
            for route in named {
                func path(_ habit: String, _ completion: String) -> String {
                    route.path.replacing("{habit_id}", with: habit).replacing("{completion_id}", with: completion)
                        .replacing("{start_date}", with: "2026-12-01")
                }
                let body: JSONValue? =
                    route.operation["requestBody"] == nil
                    ? nil : ["title": "Eve's", "start_date": "2026-12-01", "end_date": "2026-12-02"]
                let method = HTTPMethod(rawValue: route.method)
                let foreign = try await eve.send(method, path(habit, completion), json: body)
                let absent = try await eve.send(method, path(missing, missing), json: body)
                #expect(foreign.status == 404, "\(route.method) \(route.path)")
                // Not to be told from one that does not exist.
                #expect(absent.status == 404 && absent.detail == foreign.detail, "\(route.method) \(route.path)")
                for spelling in ["/api/v1" + path(habit, completion).dropFirst(4), path(habit, completion) + "/"] {
                    #expect(try await eve.send(method, spelling, json: body).status == 404, "\(route.method) \(spelling)")
                }
                let malformed = try await eve.send(method, path("1%20or%201=1", "x"), json: body)
                #expect(malformed.status == 422, "\(route.method) \(route.path)")
            }
            #expect(try await ada.get("/api/habits/\(habit)").json == after)
            #expect(try await ada.get("/api/completions/history").body == before.1)
            #expect(after["title"] == "Ada's" && before.0.contains("Ada's"))
        }
    }

    @Test func `whoever names another one's habit in a body or a query gets nothing`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let eve = try await client.registered("eve")
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status == 201)
            let completion = try await eve.complete(habit)
            #expect(completion.status == 404 && completion.detail == "Habit not found")
            let backfill = try await eve.post(
                "/api/completions/backfill", ["habit_id": .string(habit), "completed_date": "2026-11-19"])
            #expect(backfill.status == 404 && backfill.detail == "Habit not found")
            for path in ["history?habit_id=\(habit)", "today", "history"] {
                #expect(try await eve.get("/api/completions/\(path)").json == [], "\(path)")
            }
            #expect(try await eve.get("/api/habits/?include_archived=true").json == [])
            #expect(try await eve.get("/api/completions/calendar").json["summary"]?["total_completions"] == 0)
            #expect(try await ada.get("/api/habits/\(habit)").json["total_completions"] == 1)
        }
    }

    @Test func `every route for users refuses whoever has no valid token with 401`() async throws {
        try await product { _, client in
            let routes = try await Self.routes(client).filter(\.isForUsers)
            #expect(routes.count >= 15)
            var bad = client
            bad.token = "eyJhbGciOiJub25lIn0.e30."
            for route in routes {
                let path = route.path.replacing("{habit_id}", with: "1").replacing("{completion_id}", with: "1")
                for (client, challenge) in [(client, "Bearer"), (bad, #"Bearer error="invalid_token""#)] {
                    let answer = try await client.send(HTTPMethod(rawValue: route.method), path)
                    #expect(answer.status == 401, "\(route.method) \(route.path)")
                    #expect(answer.headers[canonicalForm: "WWW-Authenticate"].map(String.init) == [challenge])
                }
            }
        }
    }
}
