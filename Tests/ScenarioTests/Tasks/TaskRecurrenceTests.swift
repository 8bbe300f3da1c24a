import HearthHost
import HearthJSON
import Testing

/// Tasks that come again.
struct TaskRecurrenceTests {
    @Test func `the next one comes when one is completed or skipped, at the same local time when the clocks change`() async throws
    {
        try await product(plugins: ["tasks": "", "progression": ""]) { host, client in
            // In Paris clocks are set back in the night to 2026-10-25, a Sunday, and forward in that to 2027-03-28.
            host.clock.set(try instant("2026-10-24T06:00:00Z"))
            var marie = try await client.registered("marie")
            try await marie.move(to: "Europe/Paris")
            var id = try await marie.task([
                "due_date": "2026-10-24T08:30:00", "recurrence": "daily", "subtasks": [["title": "S"]],
            ])
            for (now, due, isOverdue) in [
                // 08:29 and 08:31 in summer time, then in winter time.
                ("2026-10-24T06:29:00Z", "2026-10-24T08:30:00", false), ("2026-10-24T06:31:00Z", "2026-10-24T08:30:00", true),
            ] {
                host.clock.set(try instant(now))
                let shown = try await marie.shown(id)
                #expect(shown["due_date"]?.string == due && shown["is_overdue"]?.bool == isOverdue)
            }
            let done = try await marie.finish(id)
            #expect(done.json["xp_earned"] == 35)
            id = try #require(done.json["next_task_id"]?.string)
            for (now, isOverdue) in [
                ("2026-10-25T06:31:00Z", false), ("2026-10-25T07:29:00Z", false), ("2026-10-25T07:31:00Z", true),
            ] {
                host.clock.set(try instant(now))
                let shown = try await marie.shown(id)
                #expect(shown["due_date"] == "2026-10-25T08:30:00" && shown["is_overdue"]?.bool == isOverdue, "\(now)")
                #expect(try await marie.titles("today").count == 1)
            }
            let skipped = try await marie.post("/api/tasks/\(id)/skip")
            #expect(skipped.json["status"] == "cancelled" && skipped.json["xp_earned"] == 0)
            id = try #require(skipped.json["next_task_id"]?.string)
            #expect(try await marie.shown(id)["due_date"] == "2026-10-26T08:30:00")
            #expect(try await marie.shown(id)["subtasks_completed"] == 0)
            // Sessions last a month.
            host.clock.set(try instant("2027-03-27T12:00:00Z"))
            let login: JSONValue = ["email": "marie@example.com", "password": "SecurePass1"]
            marie.token = try await client.post("/api/auth/login", login).json["access_token"]?.string
            // Half past two does not exist on the day on which clocks are set forward: it has passed at three.
            #expect(try await marie.put("/api/tasks/\(id)", ["due_date": "2027-03-28T02:30:00"]).status == 200)
            for (now, isOverdue) in [("2027-03-28T00:59:00Z", false), ("2027-03-28T01:00:00Z", true)] {
                host.clock.set(try instant(now))
                #expect(try await marie.shown(id)["is_overdue"]?.bool == isOverdue, "\(now)")
            }
            let last = try await marie.finish(id)
            let next = try #require(last.json["next_task_id"]?.string)
            #expect(try await marie.shown(next)["due_date"] == "2027-03-29T02:30:00")
            #expect(try await marie.experience() == 70)
        }
    }

    @Test func `a series goes on from today when days were missed, and on its own days`() async throws {
        try await product(plugins: ["tasks": ""]) { host, client in
            let ada = try await client.registered("ada")
            // 2026-11-20 is a Friday.
            for (values, dues) in [
                (["recurrence": "daily"], ["2026-11-20", "2026-11-21", "2026-11-26"]),
                (["recurrence": "weekdays"], ["2026-11-20", "2026-11-23", "2026-11-26"]),
                (["recurrence": "weekly"], ["2026-11-20", "2026-11-27", "2026-12-04"]),
                (["recurrence": "weekly", "recurrence_day": 1], ["2026-11-23", "2026-11-30", "2026-12-07"]),
                (["recurrence": "monthly", "recurrence_day": 31], ["2026-11-30", "2026-12-31", "2027-01-31"]),
                (["recurrence": "monthly", "due_date": "2026-01-31"], ["2026-01-31", "2026-11-30", "2026-12-31"]),
            ] as [(JSONObject, [String])] {
                host.clock.set(TestHost.noon)
                var id = try await ada.task(values)
                for (index, due) in dues.enumerated() {
                    let shown = try await ada.shown(id)
                    #expect(shown["due_date"]?.string == "\(due)T00:00:00", "\(values) \(index)")
                    #expect(shown["recurrence"] == values["recurrence"])
                    if index == 1 { host.clock.advance(by: .seconds(5 * 86_400)) }
                    id = try #require(try await ada.finish(id).json["next_task_id"]?.string)
                }
            }
        }
    }

    @Test func `opening one again takes the next one away, unless it was touched`() async throws {
        try await product(plugins: ["tasks": "", "progression": ""]) { host, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task(["recurrence": "daily"])
            host.clock.advance(by: .seconds(60))
            #expect(try await ada.finish(id).status == 200)
            #expect(try await ada.titles("").count == 1)
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "pending"]).json["next_task_id"] == .null)
            #expect(try await ada.titles("").count == 1)
            let next = try #require(try await ada.finish(id).json["next_task_id"]?.string)
            host.clock.advance(by: .seconds(60))
            #expect(try await ada.put("/api/tasks/\(next)", ["title": "Mine"]).status == 200)
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "pending"]).json["next_task_id"]?.string == next)
            #expect(try await ada.titles("").sorted() == ["Clean the garage", "Mine"])
            // And no third one comes.
            #expect(try await ada.finish(id).json["next_task_id"]?.string == next)
            #expect(try await ada.titles("") == ["Mine"])
            #expect(try await ada.experience() == 35)
        }
    }

    @Test func `when the next one was deleted, another one comes when the first is completed again`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task(["recurrence": "daily"])
            let next = try #require(try await ada.finish(id).json["next_task_id"]?.string)
            #expect(try await ada.shown(id)["next_task_id"]?.string == next)
            #expect(try await ada.delete("/api/tasks/\(next)").status == 204)
            #expect(try await ada.shown(id)["next_task_id"] == .null)
            #expect(try await ada.put("/api/tasks/\(id)", ["status": "pending"]).json["next_task_id"] == .null)
            let another = try #require(try await ada.finish(id).json["next_task_id"]?.string)
            #expect(another != next)
            #expect(try await ada.get("/api/tasks/\(another)").status == 200)
            #expect(try await ada.titles("").count == 1)
        }
    }

    @Test func `a series ends when its recurrence is taken away, or the task is cancelled or deleted`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            let ada = try await client.registered("ada")
            let first = try await ada.task(["recurrence": "weekly"])
            #expect(try await ada.put("/api/tasks/\(first)", ["recurrence": .null]).json["recurrence"] == .null)
            let skipped = try await ada.post("/api/tasks/\(first)/skip")
            #expect(skipped.status == 400 && skipped.detail == "Cannot skip a task that does not recur")
            #expect(try await ada.finish(first).json["next_task_id"] == .null)
            #expect(try await ada.post("/api/tasks/\(first)/skip").detail == "Cannot skip a completed or cancelled task")
            let second = try await ada.task(["recurrence": "weekly"])
            #expect(try await ada.put("/api/tasks/\(second)", ["status": "cancelled"]).json["next_task_id"] == .null)
            let third = try await ada.task(["recurrence": "weekly"])
            #expect(try await ada.delete("/api/tasks/\(third)").status == 204)
            #expect(try await ada.titles("") == [])
        }
    }
}
