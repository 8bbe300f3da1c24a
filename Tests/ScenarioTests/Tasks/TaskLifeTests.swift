import HearthHost
import HearthJSON
import Testing

/// A task's whole life, with those who are really there: the game pays, and rules evaluate.
struct TaskLifeTests {
    @Test func `created, evaluated, adjusted, done step by step, paid once, and come again across a change of the clocks`()
        async throws
    {
        try await product(plugins: ["tasks": "", "rpg": "", "llm": ""]) { host, client in
            // 22:00 on 2027-03-26 in New York, where clocks were set forward already; in Paris, where they will be, it is 03:00.
            host.clock.set(try instant("2027-03-27T02:00:00Z"))
            let marie = try await client.registered("marie")
            try await marie.move(to: "Europe/Paris")
            let created = try await marie.post(
                "/api/tasks/",
                [
                    "title": "Prepare the presentation", "description": "Twenty slides for Monday", "priority": "high",
                    "due_date": "2027-03-28T08:00:00", "recurrence": "daily",
                    "subtasks": [["title": "Outline"], ["title": "Slides"]],
                ])
            #expect(created.status == 201 && created.json["xp_reward"] == .null)
            let id = try #require(created.json["id"]?.string)
            let evaluated = try await marie.evaluated(id)
            let xp = try #require(evaluated["evaluation"]?["xp_reward"]?.int)
            #expect(evaluated["xp_reward"]?.int == xp && evaluated["evaluation"]?["notice"] == "no_provider")

            // A wish, never beyond a quarter.
            let greedy = try await marie.put("/api/tasks/\(id)", ["xp_reward": 1000]).json["xp_reward"]?.int ?? 0
            #expect(greedy >= xp && greedy * 4 <= xp * 5)
            let modest = try await marie.put("/api/tasks/\(id)", ["xp_reward": 1]).json["xp_reward"]?.int ?? 0
            #expect(modest <= xp && modest * 4 >= xp * 3)
            #expect(try await marie.put("/api/tasks/\(id)", ["xp_reward": .null]).json["xp_reward"]?.int == xp)

            for step in evaluated["subtasks"]?.elements ?? [] {
                let path = "/api/tasks/\(id)/subtasks/\(step["id"]?.string ?? "")"
                #expect(try await marie.put(path, ["is_completed": true]).status == 200)
            }
            #expect(try await marie.shown(id)["subtasks_completed"] == 2)

            // It is the 27th in Paris, a day early; in New York it would be two.
            let done = try await marie.finish(id)
            #expect(done.json["xp_earned"]?.int == xp * 6 / 5 && done.json["coins_earned"]?.int == xp * 6 / 5 / 2)
            let paid = try await marie.experience()
            #expect((paid ?? 0) >= xp * 6 / 5)
            #expect(try await marie.put("/api/tasks/\(id)", ["status": "pending"]).json["next_task_id"] == .null)
            #expect(try await marie.finish(id).status == 200)
            #expect(try await marie.experience() == paid)

            // Due the day after the change, at eight by the new time: 06:00 UTC, no longer 07:00.
            let next = try #require(try await marie.shown(id)["next_task_id"]?.string)
            let shown = try await marie.shown(next)
            #expect(
                shown["due_date"] == "2027-03-29T08:00:00" && shown["xp_reward"]?.int == xp && shown["subtasks_completed"] == 0)
            for (now, isOverdue) in [("2027-03-29T05:59:00Z", false), ("2027-03-29T06:01:00Z", true)] {
                host.clock.set(try instant(now))
                #expect(try await marie.shown(next)["is_overdue"]?.bool == isOverdue, "\(now)")
            }
            let skipped = try await marie.post("/api/tasks/\(next)/skip")
            let third = try #require(skipped.json["next_task_id"]?.string)
            // On the day itself there is no bonus.
            host.clock.set(try instant("2027-03-30T10:00:00Z"))
            #expect(try await marie.finish(third).json["xp_earned"]?.int == xp)
        }
    }
}
