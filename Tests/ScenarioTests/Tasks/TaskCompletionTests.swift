import HearthHost
import HearthJSON
import TestServers
import Testing

/// Completing tasks, and what it pays.
struct TaskCompletionTests {
    @Test func `completing pays by difficulty or priority, once`() async throws {
        try await product(plugins: ["tasks": "", "progression": ""]) { _, client in
            let ada = try await client.registered("ada")
            for (values, xp) in [
                (["difficulty": "trivial"], 5), (["difficulty": "easy"], 15), (["difficulty": "medium"], 35), ([:], 35),
                (["priority": "low"], 15), (["xp_reward": 1000, "coins_reward": 500], 35),
            ] as [(JSONObject, Int)] {
                let before = try await ada.experience() ?? -1
                let id = try await ada.task(values)
                let done = try await ada.finish(id)
                #expect(done.status == 200 && done.json["status"] == "completed" && done.json["completed"] == true)
                #expect(done.json["xp_earned"]?.int == xp && done.json["coins_earned"]?.int == xp / 2, "\(values)")
                #expect(done.json["completed_at"] == "2026-11-20T12:00:00.000000Z")
                #expect(try await ada.finish(id).detail == "Task is already completed")
                #expect(try await ada.experience() == before + xp)
            }
        }
    }

    @Test func `it pays a fifth more before the day on which it is due, by the user's own calendar`() async throws {
        try await product(plugins: ["tasks": "", "progression": ""]) { _, client in
            // It is the 20th at noon; in Auckland the 21st.
            for (zone, due, xp) in [
                ("UTC", "2026-11-21", 42), ("UTC", "2026-11-20T23:59:00", 35), ("UTC", "2026-11-19", 35),
                ("Pacific/Auckland", "2026-11-21", 35), ("Pacific/Auckland", "2026-11-22", 42),
            ] {
                let user = try await client.registered("u\(due.filter(\.isNumber))\(zone.count)")
                try await user.move(to: zone)
                let id = try await user.task(["due_date": .string(due)])
                #expect(try await user.finish(id).json["xp_earned"]?.int == xp, "\(zone) \(due)")
                #expect(try await user.experience() == xp)
            }
        }
    }

    @Test func `a task that is opened again keeps what it earned and is not paid a second time`() async throws {
        try await product(plugins: ["tasks": "", "progression": "", "task-partners": ""]) { host, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task(["use_ai_evaluation": false])
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "completed"]).json["xp_earned"] == 35)
            host.clock.advance(by: .seconds(86_400))
            let reopened = try await ada.put("/api/tasks/\(id)", ["status": "pending"])
            #expect(reopened.json["completed_at"] == .null && reopened.json["completed"] == false)
            #expect(reopened.json["xp_earned"] == 35)
            #expect(try await ada.experience() == 35)
            // Neither what it is worth now nor an early completion makes it pay again.
            #expect(try await ada.put("/api/tasks/\(id)", ["priority": "urgent", "due_date": "2027-01-01"]).status == 200)
            for _ in 0..<3 {
                #expect(try await ada.finish(id).json["xp_earned"] == 35)
                #expect(try await ada.put("/api/tasks/\(id)", ["status": "in_progress"]).status == 200)
            }
            #expect(try await ada.experience() == 35)

            let isTold = try await eventually { try await client.told("reopened").count == 4 }
            #expect(isTold)
            let completed = try await client.told("completed")
            // What it has brought: whoever adds up takes it away when it is opened again.
            #expect(completed.map { $0["xp_earned"]?.int } == [35, 35, 35, 35])
            #expect(completed.map { $0["local_date"]?.string } == ["2026-11-20", "2026-11-21", "2026-11-21", "2026-11-21"])
            #expect(completed.allSatisfy { $0["task_id"]?.string == id })
            let told = try await client.told("reopened")
            #expect(told.map { $0["xp_earned"]?.int } == [35, 35, 35, 35])
            // The day that is no longer completed.
            #expect(told.first?["local_date"] == "2026-11-20" && told.first?["occurred_at"] == completed[0]["occurred_at"])
        }
    }

    @Test func `who listens for the first time is told of all that was completed, in that order`() async throws {
        let host = try await TestHost.start(plugins: ["tasks": "", "progression": ""])
        let ada = try await TestClient(host).registered("ada")
        var ids: [String] = []
        for number in 0..<3 { ids.append(try await ada.task(["title": .string("t\(number)")])) }
        for id in [ids[2], ids[0], ids[1]] {
            #expect(try await ada.finish(id).status == 200)
            host.clock.advance(by: .seconds(1))
        }
        #expect(try await ada.put("/api/tasks/\(ids[0])", ["status": "pending"]).status == 200)
        try await host.stop()
        let second = try await TestHost.start(
            plugins: ["tasks": "", "progression": "", "task-partners": ""], dataFolder: host.dataFolder, clock: host.clock)
        let client = TestClient(second)
        let isTold = try await eventually {
            second.clock.advance(by: .seconds(1))
            return try await client.told("replayed").count == 2
        }
        #expect(isTold)
        let replayed = try await client.told("replayed")
        #expect(replayed.map { $0["task_id"]?.string } == [ids[2], ids[1]])
        #expect(replayed.allSatisfy { $0["xp_earned"] == 35 && $0["coins_earned"] == 17 && $0["local_date"] == "2026-11-20" })
        try await second.stop()
        try await TestDatabase.drop(for: host.dataFolder)
    }

    @Test func `without progression tasks work and earn nothing, and are paid once when there is some`() async throws {
        let host = try await TestHost.start(plugins: ["tasks": ""])
        let ada = try await TestClient(host).registered("ada")
        let id = try await ada.task()
        #expect(try await ada.finish(id).json["xp_earned"] == 0)
        #expect(try await ada.put("/api/tasks/\(id)", ["status": "pending"]).status == 200)
        try await host.stop()
        let second = try await TestHost.start(
            plugins: ["tasks": "", "progression": ""], dataFolder: host.dataFolder, clock: host.clock)
        let again = TestClient(second, token: ada.token)
        #expect(try await again.finish(id).json["xp_earned"] == 35)
        #expect(try await again.put("/api/tasks/\(id)", ["status": "pending"]).status == 200)
        #expect(try await again.finish(id).status == 200)
        #expect(try await again.experience() == 35)
        try await second.stop()
        try await TestDatabase.drop(for: host.dataFolder)
    }

    @Test func `a cancelled task cannot be completed, and can be taken up again`() async throws {
        try await product(plugins: ["tasks": "", "progression": ""]) { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task()
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "cancelled"]).status == 200)
            #expect(try await ada.finish(id).detail == "Cannot complete a cancelled task")
            let put = try await ada.put("/api/tasks/\(id)", ["status": "completed", "title": "B"])
            #expect(put.status == 400 && put.detail == "Cannot complete a cancelled task")
            #expect(
                try await ada.post("/api/tasks/\(id)/reevaluate").detail == "Cannot re-evaluate a completed or cancelled task")
            // Nothing of a refused change is stored.
            #expect(try await ada.shown(id)["title"] == "Clean the garage")
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "pending"]).status == 200)
            #expect(try await ada.finish(id).json["xp_earned"] == 35)
            let wish = try await ada.put("/api/tasks/\(id)", ["xp_reward": 40])
            #expect(wish.status == 400 && wish.detail == "Cannot change the reward of a completed task")
            #expect(try await ada.post("/api/tasks/\(id)/reevaluate").status == 400)
            for change in [["difficulty": "legendary"], ["priority": "urgent"]] as [JSONValue] {
                let answer = try await ada.put("/api/tasks/\(id)", change)
                #expect(answer.status == 400 && answer.detail == "Cannot change the reward of a completed task")
            }
            // What leaves the reward as it is may be changed, and all of it when it is opened again.
            #expect(try await ada.put("/api/tasks/\(id)", ["difficulty": "medium", "title": "B"]).json["xp_reward"] == 35)
            let reopened = try await ada.put("/api/tasks/\(id)", ["difficulty": "epic", "status": "pending"])
            #expect(reopened.json["xp_reward"] == 150)
            #expect(try await ada.experience() == 35)
        }
    }

    @Test(arguments: ["complete", "put"]) func `of 64 completions at the same time one succeeds and pays`(
        way: String
    ) async throws {
        try await product(plugins: ["tasks": "", "progression": "", "task-partners": ""]) { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task(["recurrence": "daily", "use_ai_evaluation": false])
            let answers = try await together(64) { _ in
                way == "put" ? try await ada.put("/api/tasks/\(id)", ["status": "completed"]) : try await ada.finish(id)
            }
            if way == "put" {
                #expect(answers.allSatisfy { $0.status == 200 })
            } else {
                #expect(answers.count { $0.status == 200 } == 1)
                #expect(answers.count { $0.status == 400 && $0.detail == "Task is already completed" } == 63)
            }
            #expect(try await ada.experience() == 35)
            // And one follows.
            #expect(try await ada.titles("").count == 1)
            let isTold = try await eventually { try await client.told("completed").count == 1 }
            #expect(isTold)
        }
    }

    @Test func `completing and opening again at the same time pays once`() async throws {
        try await product(plugins: ["tasks": "", "progression": ""]) { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task()
            let answers = try await together(64) { number in
                number % 2 == 0 ? try await ada.finish(id) : try await ada.put("/api/tasks/\(id)", ["status": "pending"])
            }
            #expect(answers.allSatisfy { $0.status == 200 || $0.status == 400 })
            #expect(try await ada.experience() == 35)
        }
    }

    @Test func `when the reward cannot be paid the task is not completed`() async throws {
        try await TestHost.with(plugins: ["tasks": "", "progression": "[plugins.progression.settings]\nfail_award = true"]) {
            host in
            let ada = try await TestClient(host).registered("ada")
            let id = try await ada.task(["recurrence": "daily"])
            #expect(try await ada.finish(id).status == 500)
            let shown = try await ada.shown(id)
            #expect(shown["status"] == "pending" && shown["next_task_id"] == .null)
            #expect(try await ada.titles("").count == 1)
            #expect(try await ada.experience() == 0)
        }
    }

    @Test func `cancelled tasks go after a week, others never`() async throws {
        try await product(plugins: ["tasks": ""]) { host, client in
            let ada = try await client.registered("ada")
            let cancelled = try await ada.task(["title": "cancelled"])
            let completed = try await ada.task(["title": "completed"])
            _ = try await ada.task(["title": "pending"])
            #expect(try await ada.put("/api/tasks/\(cancelled)", ["status": "cancelled"]).status == 200)
            #expect(try await ada.finish(completed).status == 200)
            host.clock.advance(by: .seconds(3 * 86_400))
            let later = try await ada.task(["title": "cancelled later"])
            #expect(try await ada.put("/api/tasks/\(later)", ["status": "cancelled"]).status == 200)
            host.clock.advance(by: .seconds(5 * 86_400))
            let isGone = try await eventually {
                // What failed is tried again when its time has come.
                host.clock.advance(by: .seconds(5))
                return try await ada.get("/api/tasks/\(cancelled)").status == 404
            }
            #expect(isGone)
            let titles = try await ada.titles("?include_completed=true")
            #expect(titles.sorted() == ["cancelled later", "completed", "pending"])
        }
    }
}
