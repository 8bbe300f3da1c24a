import HearthHost
import HearthJSON
import TestServers
import Testing

/// How the evaluation of a task reaches its user, with those who are really there: a model evaluates, beside it the rules, and the
/// inbox is a real one.
struct TaskTellingTests {
    /// A whole host beside a local provider.
    private static func run(
        _ wire: ModelWire, key: String = "sk-test", settings: String = "",
        _ scenario: (TestHost, LocalHTTPServer, TestClient) async throws -> Void
    ) async throws {
        try await ModelServer.run(
            wire,
            behave: { question, _ in
                .answer(
                    question.toolResults.isEmpty
                        ? ModelAnswer(calls: [.init("get_similar_tasks")]) : ModelAnswer(ModelScenario.answer))
            }
        ) { server in
            try await product(
                plugins: [
                    "tasks": "", "notifications": "", "rpg": "", "llm": ModelScenario.table(wire, at: server.base, settings),
                ], environment: ModelScenario.environment(wire, key: key)
            ) { host, client in
                try await scenario(host, server, client)
            }
        }
    }

    @Test(arguments: ModelWire.allCases)
    func `a model's evaluation is on the user's devices and unread in his inbox, with all that there is to show`(
        _ wire: ModelWire
    ) async throws {
        try await Self.run(wire) { _, server, client in
            let (ada, eve) = (try await client.registered("ada"), try await client.registered("eve"))
            for (user, title) in [(ada, "Past of Ada"), (eve, "Secret of Eve")] {
                let done = try await user.task(["title": .string(title), "difficulty": "easy"])
                #expect(try await user.finish(done).status == 200)
            }
            let device = try await EventStream.open(ada)
            let created = try await ada.post("/api/tasks/", ["title": "Write the report"])
            #expect(created.status == 201 && created.json["difficulty"] == .null && created.json["xp_reward"] == .null)
            let id = try #require(created.json["id"]?.string)
            let isTold = await eventually { device.names.contains("notification.created") }
            #expect(isTold)
            #expect(device.names.sorted() == ["notification.created", "task.created", "task.evaluated"])
            let notification = try #require(device.events.first { $0.name == "notification.created" }?.data)
            #expect(notification["kind"] == "task_evaluated" && notification["is_read"] == false)
            #expect(notification["body"]?["en"] == "Write the report: hard, 90 XP")
            // As the habit document shows it.
            #expect(
                notification["data"] == [
                    "task_id": .string(id), "difficulty": "hard", "xp_reward": 90, "coins_reward": 45,
                    "ai_reasoning": "It takes a while.", "suggested_subtasks": ["Begin", "End"], "source": "model",
                    "notice": .null,
                ])
            #expect(try await ada.inbox()["notifications"]?.elements == [notification])
            #expect(try await ada.unread() == 1)
            #expect(try await eve.inboxTitles() == [])
            let shown = try await ada.shown(id)
            #expect(shown["xp_reward"] == 90 && shown["ai_reasoning"] == "It takes a while.")
            // The model was told what this user has done, and it counts as one evaluation.
            #expect(server.requests.count == 2 && server.requests[1].body.contains("Past of Ada"))
            #expect(try await ada.get("/api/llm/usage").json["evaluations"] == 1)

            // Again, on the user's wish: another notification.
            #expect(try await ada.post("/api/tasks/\(id)/reevaluate").status == 202)
            let isToldAgain = try await eventually { try await ada.unread() == 2 }
            #expect(isToldAgain)
            let bodies = server.requests.map(\.body)
            #expect(bodies.count == 4 && bodies.allSatisfy { !$0.contains("Secret of Eve") })
            device.close()
        }
    }

    @Test func `over the limit the rules evaluate and the user is told so`() async throws {
        try await Self.run(.openai, settings: "evaluations_per_user = 1") { _, server, client in
            let ada = try await client.registered("ada")
            for (title, notice) in [("Write the report", .null), ("Write another report", "user_limit")] as [(String, JSONValue)]
            {
                let id = try await ada.task(["title": .string(title)])
                #expect(try await ada.evaluated(id)["evaluation"]?["notice"] == notice)
                let isTold = try await eventually {
                    try await ada.inbox()["notifications"]?[0]?["data"]?["task_id"]?.string == id
                }
                #expect(isTold)
                let data = try await ada.inbox()["notifications"]?[0]?["data"]
                #expect(data?["notice"] == notice && data?["source"]?.string == (notice == .null ? "model" : "local"))
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func `what a model has said of a task stays when the rules answer about the same one`() async throws {
        try await Self.run(.openai, settings: "evaluations_per_user = 1") { _, server, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task(["title": "Write the report"])
            #expect(try await ada.evaluated(id)["evaluation"]?["notice"] == .null)
            #expect(try await ada.put("/api/tasks/\(id)", ["xp_reward": 100]).json["xp_reward"] == 100)
            #expect(try await ada.post("/api/tasks/\(id)/reevaluate").status == 202)
            let shown = try await ada.evaluated(id)
            #expect(shown["difficulty"] == "hard" && shown["xp_reward"] == 100)
            #expect(shown["evaluation"]?["source"] == "model" && shown["evaluation"]?["xp_reward"] == 90)
            #expect(shown["evaluation"]?["notice"] == "user_limit")
            #expect(server.requests.count == 2)
            // Of another text the model has said nothing.
            #expect(try await ada.put("/api/tasks/\(id)", ["title": "Call mum"]).status == 200)
            #expect(try await ada.evaluated(id)["evaluation"]?["source"] == "local")
        }
    }

    @Test func `with a key that fails the rules evaluate and the user is told so`() async throws {
        try await Self.run(.anthropic, key: "wrong") { _, _, client in
            let ada = try await client.registered("ada")
            let shown = try await ada.evaluated(try await ada.task(["title": "Write the report"]))
            #expect(shown["evaluation"]?["notice"] == "provider_failed" && shown["evaluation"]?["source"] == "local")
            let isTold = try await eventually { try await ada.unread() == 1 }
            #expect(isTold)
            #expect(try await ada.inbox()["notifications"]?[0]?["data"]?["notice"] == "provider_failed")
        }
    }
}
