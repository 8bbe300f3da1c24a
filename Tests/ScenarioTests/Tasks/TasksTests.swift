import HearthHost
import HearthJSON
import Testing

/// Tasks as their users keep them.
struct TasksTests {
    @Test func `a task is created, shown, changed and deleted`() async throws {
        try await product(plugins: ["tasks": ""]) { host, client in
            let ada = try await client.registered("ada")
            let created = try await ada.post(
                "/api/tasks/",
                [
                    "title": "Clean the garage", "description": "All of it", "priority": "high", "tags": ["home", "spring"],
                    "due_date": "2026-11-25", "category": "chores", "subtasks": [["title": "Sweep"]],
                ])
            #expect(created.status == 201)
            let id = try #require(created.json["id"]?.string)
            #expect(created.json["due_date"] == "2026-11-25T00:00:00" && created.json["tags"] == ["home", "spring"])
            #expect(created.json["status"] == "pending" && created.json["xp_reward"] == 70 && created.json["completed"] == false)
            var shown = try await ada.shown(id)
            #expect(shown["evaluation"] == .null)
            for name in created.json.names { #expect(shown[name] == created.json[name], "\(name)") }

            host.clock.advance(by: .seconds(60))
            let changed = try await ada.put(
                "/api/tasks/\(id)",
                [
                    "title": "Tidy up", "priority": "low", "due_date": "2026-11-26T17:30:00Z", "tags": .null,
                    "status": "in_progress",
                ])
            #expect(changed.status == 200, "\(changed.body)")
            #expect(changed.json["due_date"] == "2026-11-26T17:30:00" && changed.json["due_time"] == "17:30:00")
            #expect(changed.json["tags"] == [] && changed.json["status"] == "in_progress" && changed.json["xp_reward"] == 15)
            #expect(changed.json["description"] == "All of it" && changed.json["created_at"] == shown["created_at"])
            #expect(changed.json["updated_at"] == "2026-11-20T12:01:00.000000Z")
            shown = try await ada.shown(id)
            #expect(shown["title"] == "Tidy up" && shown["subtasks"]?[0]?["title"] == "Sweep")

            #expect(try await ada.delete("/api/tasks/\(id)").status == 204)
            #expect(try await ada.delete("/api/tasks/\(id)").detail == "Task not found")
            #expect(try await ada.get("/api/tasks/\(id)").status == 404)
        }
    }

    @Test func `lists show what matters most first, then what is due first, then what is newest`() async throws {
        try await product(plugins: ["tasks": ""]) { host, client in
            let ada = try await client.registered("ada")
            for (title, priority, due) in [
                ("low", "low", "2026-11-01"), ("high", "high", nil), ("older", "medium", nil), ("urgent", "urgent", nil),
                ("next year", "medium", "2027-01-01"), ("newer", "medium", nil), ("soon", "medium", "2026-11-21"),
                ("sooner", "medium", "2026-11-21T08:00:00"),
            ] {
                _ = try await ada.task(
                    ["title": .string(title), "priority": .string(priority), "due_date": due.map { .string($0) } ?? .null])
                host.clock.advance(by: .seconds(1))
            }
            let all = ["urgent", "high", "sooner", "soon", "next year", "newer", "older", "low"]
            #expect(try await ada.titles("") == all)
            #expect(try await ada.titles("?priority=medium") == Array(all[2...6]))
            var paged: [String] = []
            for offset in stride(from: 0, to: 9, by: 3) { paged += try await ada.titles("?limit=3&offset=\(offset)") }
            #expect(paged == all)
            for wrong in ["limit=0", "limit=501", "offset=-1", "status=done", "priority=top"] {
                #expect(try await ada.get("/api/tasks/?\(wrong)").status == 422, "\(wrong)")
            }
        }
    }

    @Test func `lists show what is to be done, unless asked for more`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            let ada = try await client.registered("ada")
            for status in ["pending", "in_progress", "completed", "cancelled"] {
                let id = try await ada.task(["title": .string(status)])
                #expect(try await ada.put("/api/tasks/\(id)", ["status": .string(status)]).json["status"]?.string == status)
            }
            #expect(try await ada.titles("") == ["in_progress", "pending"])
            #expect(
                try await ada.titles("?include_completed=true").sorted() == ["cancelled", "completed", "in_progress", "pending"])
            for status in ["pending", "in_progress", "completed", "cancelled"] {
                #expect(try await ada.titles("?status=\(status)") == [status])
            }
        }
    }

    @Test func `today and overdue go by the user's own clock`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            // It is 12:00 UTC on the 20th: 13:00 in Paris, 01:00 of the 21st in Auckland, 02:00 of the 20th in Honolulu.
            let titles = [
                "2026-11-19", "2026-11-20", "2026-11-20T12:30:00", "2026-11-21", "2026-11-21T00:30:00", "2026-11-19T23:59:00",
            ]
            for (zone, today, overdue) in [
                ("UTC", ["2026-11-20", "2026-11-20T12:30:00"], ["2026-11-19", "2026-11-19T23:59:00"]),
                (
                    "Europe/Paris", ["2026-11-20", "2026-11-20T12:30:00"],
                    ["2026-11-19", "2026-11-19T23:59:00", "2026-11-20T12:30:00"]
                ),
                (
                    "Pacific/Auckland", ["2026-11-21", "2026-11-21T00:30:00"],
                    ["2026-11-19", "2026-11-19T23:59:00", "2026-11-20", "2026-11-20T12:30:00", "2026-11-21T00:30:00"]
                ),
                ("Pacific/Honolulu", ["2026-11-20", "2026-11-20T12:30:00"], ["2026-11-19", "2026-11-19T23:59:00"]),
            ] {
                let user = try await client.registered("u" + zone.filter(\.isLetter).lowercased())
                try await user.move(to: zone)
                for title in titles { _ = try await user.task(["title": .string(title), "due_date": .string(title)]) }
                _ = try await user.task(["title": "some day"])
                #expect(try await user.titles("today").sorted() == today, "\(zone)")
                #expect(try await user.titles("overdue").sorted() == overdue, "\(zone)")
                let all = try await user.get("/api/tasks/").json.elements
                #expect(all.filter { $0["is_overdue"] == true }.compactMap { $0["title"]?.string }.sorted() == overdue, "\(zone)")
                // What is done is neither.
                for task in all { #expect(try await user.finish(task["id"]?.string ?? "").status == 200) }
                #expect(try await user.titles("today") == [])
                #expect(try await user.titles("overdue") == [])
            }
        }
    }

    @Test func `what has passed in an hour that comes twice stays past`() async throws {
        try await product(plugins: ["tasks": ""]) { host, client in
            // In Paris clocks are set back from three to two o'clock, which is one o'clock in UTC.
            host.clock.set(try instant("2027-10-30T12:00:00Z"))
            let marie = try await client.registered("marie")
            try await marie.move(to: "Europe/Paris")
            for due in ["2027-10-31T02:10:00", "2027-10-31T02:30:00", "2027-10-31T02:50:00", "2027-10-31T03:10:00"] {
                _ = try await marie.task(["title": .string(due), "due_date": .string(due)])
            }
            // The second half past two is the first one for a clock on the wall.
            _ = try await marie.task(["title": "2027-10-31T02:30:01", "due_date": "2027-10-31T01:30:01Z"])
            for (now, count) in [
                ("2027-10-31T00:09:00Z", 0), ("2027-10-31T00:29:00Z", 1), ("2027-10-31T00:31:00Z", 3),
                ("2027-10-31T00:59:00Z", 4), ("2027-10-31T01:00:00Z", 4), ("2027-10-31T01:05:00Z", 4),
                ("2027-10-31T01:29:00Z", 4), ("2027-10-31T01:31:00Z", 4), ("2027-10-31T02:00:00Z", 4),
                ("2027-10-31T02:11:00Z", 5), ("2027-10-31T22:59:00Z", 5), ("2027-10-31T23:01:00Z", 5),
            ] {
                host.clock.set(try instant(now))
                #expect(try await marie.titles("overdue").count == count, "\(now)")
                let flags = try await marie.get("/api/tasks/").json.each("is_overdue")
                let overdue = flags.filter { $0 == true }
                #expect(overdue.count == count, "\(now)")
                let isToday = now < "2027-10-31T23:00:00Z"
                #expect(try await marie.titles("today").count == (isToday ? 5 : 0), "\(now)")
            }
        }
    }

    @Test func `a due time with a zone is turned into the user's own, one without belongs to him`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            let yuki = try await client.registered("yuki")
            try await yuki.move(to: "Asia/Tokyo")
            for (sent, due, time) in [
                ("2026-02-15", "2026-02-15T00:00:00", JSONValue.null), ("2026-02-15T17:00:00", "2026-02-15T17:00:00", "17:00:00"),
                ("2026-02-15T17:00:00Z", "2026-02-16T02:00:00", "02:00:00"),
                ("2026-02-15T15:00:00+00:00", "2026-02-16T00:00:00", .null),
            ] {
                let id = try await yuki.task(["due_date": .string(sent)])
                let shown = try await yuki.shown(id)
                #expect(shown["due_date"]?.string == due && shown["due_time"] == time, "\(sent)")
                // What was read can be sent back.
                let again = try await yuki.put("/api/tasks/\(id)", ["due_date": shown["due_date"] ?? .null])
                #expect(again.json["due_date"]?.string == due && again.json["due_time"] == time)
            }
            for wrong in ["2026-02-30", "tomorrow", "2026-02-15T25:00", ""] {
                let answer = try await yuki.post("/api/tasks/", ["title": "A", "due_date": .string(wrong)])
                #expect(answer.status == 422 && answer.body.contains("due_date"), "\(wrong): \(answer.body)")
            }
        }
    }

    @Test func `steps are added, ticked, put in order and removed, twenty at most`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task()
            let path = "/api/tasks/\(id)/subtasks"
            for number in 1...3 {
                let answer = try await ada.post(path, ["title": .string("s\(number)"), "is_completed": .boolean(number == 1)])
                #expect(answer.status == 201 && answer.json["subtasks_total"]?.int == number)
            }
            func steps() async throws -> [JSONValue] { try await ada.shown(id)["subtasks"]?.elements ?? [] }
            var ids = try await steps().compactMap { $0["id"]?.string }
            let ticked = try await ada.put("\(path)/\(ids[1])", ["is_completed": true])
            #expect(ticked.json["subtasks_completed"] == 2 && ticked.json["subtasks"]?[1]?["completed_at"] != .null)
            #expect(try await ada.put("\(path)/\(ids[0])", ["is_completed": false]).json["subtasks_completed"] == 1)
            #expect(try await ada.put("\(path)/\(ids[2])", ["title": "third"]).status == 200)
            ids = [ids[2], ids[0], ids[1]]
            let ordered = try await ada.put(path, ["subtask_ids": .array(ids.map { .string($0) })])
            #expect(ordered.json["subtasks"]?.each("title") == ["third", "s1", "s2"])
            for wrong in [[ids[0], ids[1]], [ids[0], ids[1], ids[1]], [ids[0], ids[1], id]] {
                let answer = try await ada.put(path, ["subtask_ids": .array(wrong.map { .string($0) })])
                #expect(answer.status == 400, "\(wrong)")
            }
            #expect(try await ada.delete("\(path)/\(ids[1])").json["subtasks_total"] == 2)
            #expect(try await ada.delete("\(path)/\(ids[1])").detail == "Subtask not found")
            #expect(try await ada.put("\(path)/\(ids[1])", [:]).status == 404)
            for _ in 3...20 { #expect(try await ada.post(path, ["title": "more"]).status == 201) }
            #expect(try await ada.post(path, ["title": "too many"]).status == 400)
            #expect(try await steps().count == 20)
            let full = JSONValue.array(Array(repeating: ["title": "s"], count: 21))
            #expect(try await ada.post("/api/tasks/", ["title": "A", "subtasks": full]).status == 422)
        }
    }

    @Test func `of steps that are ticked at the same time none is lost`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.task(["subtasks": .array((0..<20).map { ["title": .string("s\($0)")] })])
            let ids = try await ada.shown(id)["subtasks"]?.elements.compactMap { $0["id"]?.string } ?? []
            let answers = try await together(20) {
                try await ada.put("/api/tasks/\(id)/subtasks/\(ids[$0])", ["is_completed": true])
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            #expect(try await ada.shown(id)["subtasks_completed"] == 20)
        }
    }

    @Test func `whoever names another one's task finds nothing and changes nothing`() async throws {
        try await product(plugins: ["tasks": ""]) { _, client in
            let ada = try await client.registered("ada")
            let eve = try await client.registered("eve")
            let id = try await ada.task(["subtasks": [["title": "S"]], "recurrence": "daily"])
            let before = try await ada.shown(id)
            let step = before["subtasks"]?[0]?["id"]?.string ?? ""
            let path = "/api/tasks/\(id)"
            let answers = [
                try await eve.get(path), try await eve.put(path, ["title": "Eve's"]), try await eve.delete(path),
                try await eve.post("\(path)/complete"), try await eve.post("\(path)/skip"),
                try await eve.post("\(path)/reevaluate"),
                try await eve.post("\(path)/subtasks", ["title": "Eve's"]),
                try await eve.put("\(path)/subtasks", ["subtask_ids": [.string(step)]]),
                try await eve.put("\(path)/subtasks/\(step)", ["is_completed": true]),
                try await eve.delete("\(path)/subtasks/\(step)"),
            ]
            for answer in answers { #expect(answer.status == 404 && answer.detail == "Task not found", "\(answer.body)") }
            #expect(try await eve.post("/api/tasks/evaluate", ["task_ids": [.string(id)]]).json == [])
            for list in ["", "today", "overdue", "?include_completed=true"] { #expect(try await eve.titles(list) == []) }
            #expect(try await ada.shown(id) == before)
            #expect(try await client.get(path).status == 401)
        }
    }
}
