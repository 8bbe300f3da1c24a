import HearthHost
import HearthJSON
import Testing

/// How tasks are evaluated: asked for at once, answered later, stored only while they fit.
struct TaskEvaluationTests {
    private static func run(_ scenario: (TestHost, TestClient, TestClient) async throws -> Void) async throws {
        try await product(plugins: ["tasks": "", "progression": "", "task-partners": ""]) { host, client in
            try await scenario(host, client, try await client.registered("ada"))
        }
    }

    @Test func `a new task answers at once with nulls, and its evaluation follows and is told`() async throws {
        try await Self.run { _, client, ada in
            let done = try await ada.task(["title": "An old one", "difficulty": "easy"])
            #expect(try await ada.finish(done).status == 200)
            let created = try await ada.post(
                "/api/tasks/",
                [
                    "title": "A hard thing", "description": "Really", "due_date": "2026-11-23", "subtasks": [["title": "S"]],
                    "priority": "high",
                ])
            #expect(created.status == 201 && created.json["is_evaluating"] == true)
            for name in ["difficulty", "xp_reward", "coins_reward", "ai_reasoning"] { #expect(created.json[name] == .null) }
            let id = try #require(created.json["id"]?.string)
            let shown = try await ada.evaluated(id)
            #expect(shown["difficulty"] == "hard" && shown["xp_reward"] == 100 && shown["coins_reward"] == 50)
            #expect(shown["ai_reasoning"] == "Because of “A hard thing”." && shown["estimated_time_minutes"] == 45)
            #expect(shown["evaluation"]?["source"] == "local" && shown["evaluation"]?["notice"] == "no_provider")
            #expect(shown["evaluation"]?["suggested_subtasks"] == ["Begin", "End"])

            let question = try #require(try await client.told("evaluations").first)
            #expect(
                question["task"] == [
                    "title": "A hard thing", "description": "Really", "category": "general", "priority": "high",
                    "days_until_due": 3, "subtasks": ["S"],
                ])
            #expect(question["user"] == ["level": 7, "total_xp": 9000, "current_streak": 3, "best_streak": 9])
            #expect(
                question["history"] == [
                    ["title": "An old one", "category": "general", "difficulty": "easy", "xp": 15, "coins": 7]
                ])
            #expect(question["fresh"] == false && question["wait_for_provider"] == true)

            let notifications = try await client.told("notifications")
            #expect(notifications.count == 1)
            let notification = try #require(notifications.first)
            #expect(notification["kind"] == "task_evaluated" && notification["user_id"] == shown["user_id"])
            #expect(notification["body"]?["en"] == "A hard thing: hard, 100 XP")
            #expect(notification["body"]?["fr"] == "A hard thing : difficile, 100 XP")
            #expect(notification["data"]?["task_id"]?.string == id && notification["data"]?["xp_reward"] == 100)
            #expect(notification["data"]?["notice"] == "no_provider")
        }
    }

    @Test func `a task with a difficulty, or whose user does not want it, is not evaluated`() async throws {
        try await Self.run { _, client, ada in
            let named = try await ada.task(["difficulty": "epic"])
            let unwanted = try await ada.task(["use_ai_evaluation": false, "priority": "low"])
            // One that is, for something to wait for.
            _ = try await ada.evaluated(try await ada.task(["title": "wanted"]))
            let (first, second) = try await (ada.shown(named), ada.shown(unwanted))
            #expect(first["difficulty"] == "epic" && first["xp_reward"] == 150 && first["use_ai_evaluation"] == false)
            #expect(second["difficulty"] == .null && second["xp_reward"] == 15)
            #expect(try await client.told("evaluations").count == 1)
        }
    }

    @Test func `what is wished for counts up to a quarter around the evaluation, until the task is completed`() async throws {
        try await Self.run { _, _, ada in
            let id = try await ada.task(["title": "A hard thing", "xp_reward": 1000])
            #expect(try await ada.evaluated(id)["xp_reward"] == 125)
            for (change, xp) in [
                (["xp_reward": 90], 90), (["xp_reward": 1], 75), (["coins_reward": 55], 110), (["coins_reward": 500], 125),
                (["difficulty": "legendary"], 125), (["xp_reward": .null], 100), (["xp_reward": 110], 110),
            ] as [(JSONValue, Int)] {
                let answer = try await ada.put("/api/tasks/\(id)", change)
                #expect(answer.json["xp_reward"]?.int == xp && answer.json["difficulty"] == "hard", "\(change)")
            }
            #expect(try await ada.shown(id)["evaluation"]?["xp_reward"] == 100)
            for wrong in [["xp_reward": 0], ["xp_reward": 1001], ["coins_reward": 501]] as [JSONValue] {
                #expect(try await ada.put("/api/tasks/\(id)", wrong).status == 422)
            }
            // The provider of these tests adds two percent for the first day of a streak.
            #expect(try await ada.finish(id).json["xp_earned"] == 112)
            #expect(try await ada.put("/api/tasks/\(id)", ["xp_reward": 125]).status == 400)
            #expect(try await ada.experience() == 112)
        }
    }

    @Test func `an evaluator that answers too much is held to the scale`() async throws {
        try await Self.run { _, _, ada in
            let medium = try await ada.task(["title": "greedy", "xp_reward": 1000])
            #expect(try await ada.evaluated(medium)["xp_reward"] == 75)
            let hard = try await ada.task(["title": "greedy and hard", "xp_reward": 1000])
            #expect(try await ada.evaluated(hard)["xp_reward"] == 150)
        }
    }

    @Test func `an evaluation that fails is tried again after 60, 120 and 240 seconds`() async throws {
        try await Self.run { host, client, ada in
            let admin = try await host.administrator("root", client)
            let id = try await ada.task(["title": "fails 3"])
            for (tries, pause) in [(1, 60), (2, 120), (3, 240)] {
                let isTried = try await eventually { try await client.told("evaluations").count == tries }
                #expect(isTried, "\(tries)")
                #expect(try await ada.shown(id)["xp_reward"] == .null)
                let isToBeTried = try await eventually {
                    try await admin.get("/api/admin/jobs?kind=tasks.evaluate_task_difficulty&state=scheduled").json["jobs"]?.count
                        == 1
                }
                #expect(isToBeTried)
                host.clock.advance(by: .seconds(pause - 1))
                try await Task.sleep(for: .milliseconds(30))
                #expect(try await client.told("evaluations").count == tries)
                host.clock.advance(by: .seconds(2))
            }
            #expect(try await ada.evaluated(id)["xp_reward"] == 50)
            // The last one takes what can be had without a provider.
            #expect(try await client.told("evaluations").map { $0["wait_for_provider"]?.bool } == [true, true, true, false])
        }
    }

    @Test func `when nobody answers in the end the task is worth what it says of itself`() async throws {
        try await TestHost.with(plugins: ["tasks": "", "task-partners": ""]) { host in
            let client = TestClient(host)
            let ada = try await client.registered("ada")
            let id = try await ada.task(["title": "broken", "priority": "high"])
            let isOver = try await eventually {
                host.clock.advance(by: .seconds(100))
                return try await ada.shown(id)["is_evaluating"] == false
            }
            #expect(isOver)
            let shown = try await ada.shown(id)
            #expect(shown["xp_reward"] == 70 && shown["evaluation"] == .null)
            #expect(try await client.told("notifications").isEmpty)
            #expect(try await ada.finish(id).status == 200)
        }
    }

    @Test func `an answer to a question that has changed is not stored`() async throws {
        try await Self.run { _, client, ada in
            let id = try await ada.task(["title": "slow"])
            let isAsked = try await eventually { try await client.told("evaluations").count == 1 }
            #expect(isAsked)
            #expect(try await ada.put("/api/tasks/\(id)", ["title": "slow and hard"]).json["is_evaluating"] == true)
            #expect(try await client.post("/api/task-partners/release").status == 204)
            #expect(try await ada.evaluated(id)["xp_reward"] == 100)
            #expect(try await client.told("evaluations").count == 2)
            #expect(try await client.told("notifications").count == 1)
        }
    }

    @Test(arguments: ["completed", "cancelled", "deleted"])
    func `an answer that comes when the task is over changes nothing`(end: String) async throws {
        try await Self.run { _, client, ada in
            let id = try await ada.task(["title": "slow and hard"])
            let isAsked = try await eventually { try await client.told("evaluations").count == 1 }
            #expect(isAsked)
            let status =
                end == "deleted"
                ? try await ada.delete("/api/tasks/\(id)").status
                : try await ada.put("/api/tasks/\(id)", ["status": .string(end)]).status
            #expect(status == 200 || status == 204)
            let before = try await ada.get("/api/tasks/\(id)").json
            #expect(try await client.post("/api/task-partners/release").status == 204)
            // Another one is evaluated after it: one job of the kind at a time would not prove it, so wait for the queue.
            _ = try await ada.evaluated(try await ada.task(["title": "another"]))
            if end != "deleted" { #expect(try await ada.shown(id) == before) }
            #expect(try await client.told("notifications").count == 1)
            #expect(try await ada.experience() == (end == "completed" ? 35 : 0))
        }
    }

    @Test func `of many re-evaluations at the same time one is asked for, afresh`() async throws {
        try await Self.run { _, client, ada in
            let id = try await ada.task(["title": "slow and hard"])
            let first = try await together(32) { _ in try await ada.post("/api/tasks/\(id)/reevaluate") }
            // Awaited already.
            #expect(first.allSatisfy { $0.status == 202 && $0.json["xp_reward"] == .null })
            #expect(try await client.post("/api/task-partners/release").status == 204)
            _ = try await ada.evaluated(id)
            #expect(try await client.told("evaluations").count == 1)

            #expect(try await client.post("/api/task-partners/hold").status == 204)
            let second = try await together(32) { _ in try await ada.post("/api/tasks/\(id)/reevaluate") }
            // What was evaluated before stays meanwhile.
            #expect(second.allSatisfy { $0.status == 202 && $0.json["is_evaluating"] == true && $0.json["xp_reward"] == 100 })
            #expect(try await client.post("/api/task-partners/release").status == 204)
            _ = try await ada.evaluated(id)
            #expect(try await client.told("evaluations").map { $0["fresh"]?.bool } == [false, true])
            #expect(try await client.told("notifications").count == 2)
        }
    }

    @Test func `several tasks are evaluated, each for itself`() async throws {
        try await Self.run { host, client, ada in
            var ids: [String] = []
            for title in ["hard", "fails 1", "easy"] {
                ids.append(try await ada.task(["title": .string(title), "use_ai_evaluation": false]))
            }
            let done = try await ada.task(["title": "done", "use_ai_evaluation": false])
            #expect(try await ada.finish(done).status == 200)
            let body: JSONValue = ["task_ids": .array((ids + [done]).map { .string($0) })]
            let answer = try await ada.post("/api/tasks/evaluate", body)
            #expect(answer.status == 202 && answer.json.count == 3)
            #expect(try await ada.evaluated(ids[0])["xp_reward"] == 100)
            #expect(try await ada.evaluated(ids[2])["xp_reward"] == 50)
            #expect(try await ada.shown(ids[1])["is_evaluating"] == true)
            let isEvaluated = try await eventually {
                host.clock.advance(by: .seconds(61))
                return try await ada.shown(ids[1])["is_evaluating"] == false
            }
            #expect(isEvaluated)
            #expect(try await ada.shown(ids[1])["xp_reward"] == 50)
            // What was answered was not asked again.
            #expect(try await client.told("evaluations").count == 4)
            #expect(try await ada.shown(done)["evaluation"] == .null)
        }
    }

    @Test func `one that follows has the evaluation of the one before`() async throws {
        try await Self.run { _, client, ada in
            let id = try await ada.task(["title": "hard", "recurrence": "daily"])
            _ = try await ada.evaluated(id)
            let next = try #require(try await ada.finish(id).json["next_task_id"]?.string)
            let shown = try await ada.shown(next)
            #expect(shown["xp_reward"] == 100 && shown["is_evaluating"] == false)
            #expect(try await client.told("evaluations").count == 1)
        }
    }

    @Test func `without a model the host's own rules evaluate, and say so`() async throws {
        try await product(plugins: ["tasks": "", "llm": ""]) { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task(["title": "Write the thesis", "description": "All chapters", "priority": "urgent"])
            let shown = try await ada.evaluated(id)
            #expect(shown["evaluation"]?["source"] == "local" && shown["evaluation"]?["notice"] == "no_provider")
            let (xp, evaluated) = (shown["xp_reward"]?.int ?? 0, shown["evaluation"]?["xp_reward"]?.int ?? -1)
            #expect(xp == evaluated && (5...500).contains(xp))
            #expect(shown["difficulty"] == shown["evaluation"]?["difficulty"] && shown["coins_reward"]?.int == xp / 2)
            #expect(try await ada.post("/api/tasks/\(id)/reevaluate").status == 202)
            #expect(try await ada.evaluated(id)["xp_reward"]?.int == xp)
        }
    }
}
