import HearthHost
import HearthJSON
import Testing

/// `completion_ranking/1` as other plugins call it.
struct StatisticsRankingTests {
    @Test func `some users are ranked by what they completed of what was due, today among it`() async throws {
        try await product(plugins: ["habits": "", "stats": "", "service-caller": ""]) { _, client in
            let people = [
                try await client.registered("ada"), try await client.registered("eve"), try await client.registered("max"),
                try await client.registered("idle"),
            ]
            var ids: [JSONValue] = []
            for person in people { ids.append(try await person.get("/api/auth/me").json["id"] ?? .null) }
            func call(_ method: String, _ input: JSONValue) async throws -> JSONValue {
                try await people[0].post("/api/service-caller?service=completion_ranking/1&method=\(method)", input).json
            }
            // All of two, one of two, two of three; the last has nothing to do.
            for (person, (done, due)) in zip(people, [(2, 2), (1, 2), (2, 3)]) {
                var habits: [String] = []
                for _ in 0..<due { habits.append(try await person.habit()) }
                for habit in habits.prefix(done) { #expect(try await person.complete(habit).status == 201) }
            }
            let top: JSONValue = ["metric": "completion", "limit": 10, "offset": 0, "among": .array(ids)]
            let isCounted = try await eventually {
                try await call("top", top)["entries"]?.each("value") == [100, 66, 50]
            }
            #expect(isCounted)
            let page = try await call("top", top)
            #expect(page["total"] == 3 && page["entries"]?.each("user_id") == [ids[0], ids[2], ids[1]])
            #expect(page["entries"]?.each("rank") == [1, 2, 3])
            let second = try await call("top", ["metric": "completion", "limit": 1, "offset": 1, "among": .array(ids)])
            #expect(second["entries"]?.each("user_id") == [ids[2]] && second["total"] == 3)
            let among = try await call("rank", ["metric": "completion", "user_id": ids[1], "among": [ids[0]]])
            #expect(among == ["rank": 2, "value": 50, "total": 2])
            let idle = try await call("rank", ["metric": "completion", "user_id": ids[3], "among": .array(ids)])
            #expect(idle == ["rank": .null, "value": 0, "total": 3])
            let nobody = try await call("top", ["metric": "completion", "limit": 10, "among": []])
            #expect(nobody == ["entries": [], "total": 0])
        }
    }
}
