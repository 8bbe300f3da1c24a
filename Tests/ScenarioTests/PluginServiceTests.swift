import HearthJSON
import Testing

/// Service calls: a provider that does it right, and one that breaks every rule.
@Suite(.serialized) struct PluginServiceTests {
    // MARK: The rude provider

    @Test(arguments: ["commit", "rollback"]) func `a provider cannot end its caller's transaction`(_ way: String) async throws {
        try await rude { _, client async throws in
            let answer = try await client.get("/api/rude-caller/call?method=\(way)").json
            #expect(answer["call"]?.int == 0)
            #expect(answer["output"]?["status"]?.int == 5)
            #expect(answer["commit"]?.int == 0)
            #expect(try await client.get("/api/rude-caller/count").json["count"]?.int == 1)
        }
    }

    @Test func `a reply with a savepoint open fails the call and the transaction`() async throws {
        try await rude { host, client async throws in
            let answer = try await client.get("/api/rude-caller/call?method=savepoint").json
            #expect(answer["call"]?.int == 1)
            #expect(answer["commit"]?.int == 13)
            #expect(try await client.seen(by: "rude-provider") == 7)
            #expect(try await client.get("/api/rude-caller/count").json["count"]?.int == 0)
            #expect(host.log.contains("left open", "plugin=rude-provider"))
        }
    }

    @Test(arguments: ["keep", "twice"]) func `the context of a call is stale after the reply`(_ way: String) async throws {
        try await rude { host, client async throws in
            let answer = try await client.get("/api/rude-caller/call?method=\(way)").json
            #expect(answer["call"]?.int == 0)
            #expect(answer["commit"]?.int == 0)
            #expect(try await client.seen(by: "rude-provider") == 2)
            #expect(try await client.get("/api/rude-caller/count").json["count"]?.int == 1)
            #expect(host.log.contains("context that is over", "plugin=rude-provider"))
            #expect(!host.log.contains("context that is over", "plugin=rude-caller"))
        }
    }

    @Test func `a failed call spoils the transaction`() async throws {
        try await rude { _, client async throws in
            let answer = try await client.get("/api/rude-caller/call?method=fail").json
            #expect(answer["call"]?.int == 10)
            #expect(answer["code"] == "rude")
            #expect(answer["commit"]?.int == 13)
            #expect(try await client.get("/api/rude-caller/count").json["count"]?.int == 0)
            #expect(try await client.get("/api/rude-provider/count").json["count"]?.int == 0)
        }
    }

    @Test func `a savepoint catches a failed call`() async throws {
        try await rude { _, client async throws in
            let answer = try await client.get("/api/rude-caller/savepoint?method=fail").json
            #expect(answer["call"]?.int == 10)
            #expect(answer["commit"]?.int == 0)
            #expect(try await client.get("/api/rude-caller/count").json["count"]?.int == 1)
            #expect(try await client.get("/api/rude-provider/count").json["count"]?.int == 0)
        }
    }

    @Test func `what caller and provider write commits together`() async throws {
        try await rude { _, client async throws in
            #expect(try await client.get("/api/rude-caller/call?method=write").json["commit"]?.int == 0)
            #expect(try await client.get("/api/rude-caller/count").json["count"]?.int == 1)
            #expect(try await client.get("/api/rude-provider/count").json["count"]?.int == 1)
        }
    }

    @Test func `a call that ends without a reply fails`() async throws {
        try await rude { host, client async throws in
            #expect(try await client.get("/api/rude-caller/plain?method=silent").json["call"]?.int == 1)
            #expect(host.log.contains("ended without a reply", "plugin=rude-provider"))
        }
    }

    @Test func `a call that is never answered fails at the deadline of its caller`() async throws {
        try await PluginScenario.run(
            ("rude-provider", ""), ("rude-caller", ""), environment: ["DRAIN_SECONDS": "1"], letsGo: false
        ) { _, client async throws in
            #expect(try await client.get("/api/rude-caller/call?method=never").status == 504)
            #expect(try await client.get("/api/rude-caller/count").json["count"]?.int == 0)
            #expect(try await client.get("/api/rude-caller/call?method=write").json["commit"]?.int == 0)
        }
    }

    @Test func `an unknown method and an unknown service are told apart`() async throws {
        try await rude { _, client async throws in
            let answer = try await client.get("/api/rude-caller/plain?method=dance").json
            #expect(answer["call"]?.int == 4)
            #expect(answer["code"] == "unknown_method")
        }
    }

    @Test func `calls nest sixteen deep and no deeper`() async throws {
        try await rude { _, client async throws in
            let answer = try await client.get("/api/rude-caller/plain?method=deeper").json
            #expect(answer["call"]?.int == 0)
            #expect(answer["output"]?["depth"]?.int == 16)
            #expect(answer["output"]?["status"]?.int == 1)
        }
    }

    private func rude(_ scenario: (TestHost, TestClient) async throws -> Void) async throws {
        try await PluginScenario.run(("rude-provider", ""), ("rude-caller", "")) { try await scenario($0, $1) }
    }

    // MARK: Progression

    @Test func `a completion earns, once, and undoing takes it back`() async throws {
        try await PluginScenario.run(("progression", "")) { _, client async throws in
            let bea = try await client.registered("bea")
            let habit = try await bea.post("/api/habits/", ["title": "Run", "difficulty": "hard"])
            let id = try #require(habit.json["id"]?.string)
            let done = try await bea.post("/api/completions/", ["habit_id": .string(id)])
            #expect(done.status == 201)
            // 20 XP and 2 % for the first day of the streak; half of it in coins.
            #expect(done.json["xp_earned"]?.int == 20)
            #expect(done.json["coins_earned"]?.int == 10)
            #expect(done.json["result"]?["new_streak"]?.int == 1)
            let me = try await bea.get("/api/auth/me").json
            #expect(me["total_xp"]?.int == 20)
            #expect(me["coins"]?.int == 10)
            #expect(me["level"]?.int == 1)
            #expect(me["current_streak"]?.int == 1)
            #expect(me["best_streak"]?.int == 1)

            // The second time is refused, and earns nothing.
            #expect(try await bea.post("/api/completions/", ["habit_id": .string(id)]).status == 400)
            #expect(try await bea.get("/api/auth/me").json["total_xp"]?.int == 20)

            let completions = try await bea.get("/api/habits/\(id)/history").json
            let completion = try #require(completions[0]?["id"]?.string)
            let undone = try await bea.delete("/api/completions/\(completion)")
            #expect((200...299).contains(undone.status))
            let after = try await bea.get("/api/auth/me").json
            #expect(after["total_xp"]?.int == 0)
            #expect(after["coins"]?.int == 0)
        }
    }

    @Test func `a provider that fails leaves nothing of the completion`() async throws {
        try await PluginScenario.run(("progression", "[plugins.progression.settings]\nfail_award = true")) {
            _, client async throws in
            let bea = try await client.registered("bea")
            let habit = try await bea.post("/api/habits/", ["title": "Run"])
            let id = try #require(habit.json["id"]?.string)
            let before = try await bea.get("/api/habits/\(id)").body
            let failed = try await bea.post("/api/completions/", ["habit_id": .string(id)])
            #expect(failed.status >= 500)
            #expect(!failed.body.contains("fail_award"))
            #expect(try await bea.get("/api/habits/\(id)").body == before)
            #expect(try await bea.get("/api/habits/\(id)/history").json.count == 0)
            #expect(try await bea.get("/api/habits/today").json[0]?["completed_today"] == false)
            let me = try await bea.get("/api/auth/me").json
            #expect(me["total_xp"]?.int == 0)
            #expect(me["current_streak"]?.int == 0)
        }
    }

    @Test func `without a provider a completion earns nothing and works`() async throws {
        try await TestHost.with(plugins: ["habits": ""]) { host in
            let bea = try await TestClient(host).registered("bea")
            let habit = try await bea.post("/api/habits/", ["title": "Run"])
            let id = try #require(habit.json["id"]?.string)
            let done = try await bea.post("/api/completions/", ["habit_id": .string(id)])
            #expect(done.status == 201)
            #expect(done.json["xp_earned"]?.int == 0)
            #expect(done.json["coins_earned"]?.int == 0)
            let me = try await bea.get("/api/auth/me").json
            #expect(me["level"]?.int == 1)
            for member in ["total_xp", "coins", "current_streak", "best_streak"] { #expect(me[member]?.int == 0, "\(member)") }
        }
    }
}
