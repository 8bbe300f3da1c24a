import HearthHost
import HearthJSON
import Testing

/// An evaluation counts for what it was made of, and for nothing else.
struct TaskJudgedTests {
    private static func run(_ scenario: (TestHost, TestClient, TestClient) async throws -> Void) async throws {
        try await product(plugins: ["tasks": "", "progression": "", "task-partners": ""]) { host, client in
            try await scenario(host, client, try await client.registered("ada"))
        }
    }

    @Test func `a task that becomes another one is worth no more than one that nobody has evaluated`() async throws {
        try await Self.run { _, _, ada in
            for (change, xp) in [
                (["title": "brush teeth"], 35), (["description": "It is quick"], 35), (["category": "home"], 35),
                (["priority": "low"], 15), (["title": "brush teeth", "status": "in_progress"], 35),
            ] as [(JSONObject, Int)] {
                let id = try await ada.task(["title": "hard"])
                #expect(try await ada.evaluated(id)["xp_reward"] == 100)
                #expect(try await ada.put("/api/tasks/\(id)", ["xp_reward": 125]).json["xp_reward"] == 125)
                // As it was: nothing is lost.
                let same = try await ada.put("/api/tasks/\(id)", ["title": "hard", "use_ai_evaluation": false])
                #expect(same.json["xp_reward"] == 125)
                let changed = try await ada.put("/api/tasks/\(id)", .object(change))
                #expect(changed.json["difficulty"] == .null && changed.json["xp_reward"]?.int == xp, "\(change)")
                #expect(changed.json["is_evaluating"] == false && changed.json["ai_reasoning"] == .null)
                #expect(try await ada.finish(id).json["xp_earned"]?.int == xp, "\(change)")
            }
        }
    }

    @Test func `what is changed and completed before the new evaluation is there is paid without one`() async throws {
        try await Self.run { _, client, ada in
            let first = try await ada.task(["title": "hard"])
            #expect(try await ada.evaluated(first)["xp_reward"] == 100)
            let changed = try await ada.put("/api/tasks/\(first)", ["title": "slow and hard"])
            #expect(changed.json["is_evaluating"] == true && changed.json["xp_reward"] == .null)
            #expect(try await ada.finish(first).json["xp_earned"] == 35)
            let second = try await ada.task(["title": "hard too"])
            #expect(try await ada.evaluated(second)["xp_reward"] == 100)
            let both = try await ada.put("/api/tasks/\(second)", ["title": "slow and easy", "status": "completed"])
            #expect(both.json["xp_earned"] == 35)
            #expect(try await client.post("/api/task-partners/release").status == 204)
        }
    }

    @Test func `an answer that is on its way is not stored with another text`() async throws {
        try await Self.run { _, client, ada in
            let id = try await ada.task(["title": "slow and hard"])
            let isAsked = try await eventually { try await client.told("evaluations").count == 1 }
            #expect(isAsked)
            let changed = try await ada.put("/api/tasks/\(id)", ["title": "brush teeth", "use_ai_evaluation": false])
            #expect(changed.json["is_evaluating"] == false && changed.json["xp_reward"] == 35)
            #expect(try await client.post("/api/task-partners/release").status == 204)
            _ = try await ada.evaluated(try await ada.task(["title": "another"]))
            let shown = try await ada.shown(id)
            #expect(shown["xp_reward"] == 35 && shown["evaluation"] == .null)
        }
    }

    @Test func `steps are part of what is evaluated, but not their order and not their ticks`() async throws {
        try await Self.run { _, client, ada in
            let id = try await ada.task(["title": "hard", "subtasks": [["title": "a"], ["title": "b"]]])
            let path = "/api/tasks/\(id)/subtasks"
            let steps = try await ada.evaluated(id)["subtasks"]?.elements.compactMap { $0["id"] } ?? []
            try #require(steps.count == 2)
            let first = steps[0].string ?? ""
            let ticked = try await ada.put("\(path)/\(first)", ["is_completed": true])
            #expect(ticked.json["xp_reward"] == 100 && ticked.json["is_evaluating"] == false)
            let ordered = try await ada.put(path, ["subtask_ids": [steps[1], steps[0]]])
            #expect(ordered.json["xp_reward"] == 100 && ordered.json["is_evaluating"] == false)
            #expect(try await client.told("evaluations").count == 1)

            let removed = try await ada.delete("\(path)/\(first)")
            #expect(removed.json["xp_reward"] == .null && removed.json["is_evaluating"] == true)
            #expect(try await ada.evaluated(id)["xp_reward"] == 100)
            #expect(try await client.told("evaluations").count == 2)

            #expect(try await ada.put("/api/tasks/\(id)", ["use_ai_evaluation": false]).json["xp_reward"] == 100)
            let added = try await ada.post(path, ["title": "c"])
            #expect(added.json["xp_reward"] == 35 && added.json["difficulty"] == .null)
            #expect(added.json["is_evaluating"] == false)
        }
    }

    @Test func `a wish goes with the evaluation that it was relative to`() async throws {
        try await Self.run { _, _, ada in
            let id = try await ada.task(["title": "hard"])
            #expect(try await ada.evaluated(id)["xp_reward"] == 100)
            #expect(try await ada.put("/api/tasks/\(id)", ["xp_reward": 125]).json["xp_reward"] == 125)
            #expect(try await ada.put("/api/tasks/\(id)", ["title": "hard again"]).status == 200)
            #expect(try await ada.evaluated(id)["xp_reward"] == 100)
            // One that is sent with the text is for the evaluation to come, as for a new task.
            #expect(try await ada.put("/api/tasks/\(id)", ["title": "hard still", "xp_reward": 1000]).status == 200)
            #expect(try await ada.evaluated(id)["xp_reward"] == 125)
            #expect(try await ada.post("/api/tasks/\(id)/reevaluate").status == 202)
            #expect(try await ada.evaluated(id)["xp_reward"] == 100)
        }
    }

    @Test func `a completed task keeps its evaluation, and loses it when it was changed and is opened again`() async throws {
        try await Self.run { host, _, ada in
            let id = try await ada.task(["title": "hard"])
            #expect(try await ada.evaluated(id)["xp_reward"] == 100)
            #expect(try await ada.put("/api/tasks/\(id)", ["use_ai_evaluation": false]).status == 200)
            #expect(try await ada.finish(id).status == 200)
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "pending"]).json["xp_reward"] == 100)
            #expect(try await ada.finish(id).status == 200)
            host.clock.advance(by: .seconds(1))
            #expect(try await ada.put("/api/tasks/\(id)", ["title": "brush teeth"]).json["xp_reward"] == 100)
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "pending"]).json["xp_reward"] == 35)
        }
    }
}
