import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// Files of habits: exported, imported, the same afterwards.
struct HabitsTransferTests {
    /// Habits of every kind with completions over a few days, one of them undone and one entered afterwards. The 20th is a Friday.
    private func live(_ ada: TestClient, _ host: TestHost) async throws {
        try await ada.move(to: "Europe/Paris")
        let texts: [JSONObject] = [
            ["title": "=SUM(A1:A9)", "description": "", "difficulty": "hard", "unit": "+km", "target_value": 5],
            ["title": "Run, \"fast\"\r\nand far", "frequency": "x_per_week", "times_per_week": 2, "reminder_time": "07:30"],
            ["title": "'quoted", "frequency": "specific_days", "specific_days": ["friday", "monday"], "negative": true],
            ["title": "🔥", "frequency": "weekly", "icon": "📖", "color": "#10B981", "category": "mind"],
        ]
        var habits: [String] = []
        for text in texts { habits.append(try await ada.habit(text)) }
        let pause: JSONValue = ["start_date": "2026-11-22", "end_date": "2026-11-23"]
        #expect(try await ada.post("/api/habits/\(habits[0])/pauses", pause).status == 201)
        for day in 0..<6 {
            for habit in habits where day != 2 {
                let notes: [JSONValue] = [.null, "", "=1+1", "fine, \"really\"\n", "-"]
                let body: JSONValue = [
                    "habit_id": .string(habit), "notes": notes[day % 5], "mood_rating": day == 1 ? 5 : .null,
                    "value": .integer(Int64(day)),
                ]
                let answer = try await ada.post("/api/completions/", body)
                #expect(answer.status == 201)
                if day == 4, habit == habits[1] {
                    #expect(try await ada.delete("/api/completions/\(answer.json["id"]?.string ?? "")").status == 204)
                }
                // Lists go by time, and by ids where that is the same.
                host.clock.advance(by: .seconds(1))
            }
            host.clock.advance(by: .seconds(86_000))
        }
        let late: JSONValue = ["habit_id": .string(habits[2]), "completed_date": "2026-11-22", "notes": "late"]
        #expect(try await ada.post("/api/completions/backfill", late).status == 201)
        #expect(try await ada.post("/api/habits/\(habits[3])/archive").status == 200)
    }

    /// All lists of a user, without what names him; on his own host with the ids of everything, else without.
    private func lists(_ client: TestClient, ids: Bool) async throws -> [JSONValue] {
        var lists: [JSONValue] = []
        for path in [
            "habits/?include_archived=true", "habits/", "habits/today", "completions/today", "completions/history?limit=365",
            "completions/summary?days=10", "completions/calendar",
        ] {
            let answer = try await client.get("/api/\(path)")
            #expect(answer.status == 200)
            lists.append(answer.json.without(ids ? ["user_id"] : ["user_id", "id", "habit_id"]))
        }
        return lists
    }

    private func load(
        _ file: String, _ format: String, by client: TestClient, query: String = ""
    ) async throws -> TestClient.Answer {
        let (path, type) = format == "csv" ? ("import/csv", "text/csv") : ("import", "application/json")
        return try await client.send(.POST, "/api/habits/\(path)\(query)", body: Array(file.utf8), type: type)
    }

    @Test(arguments: ["json", "csv"])
    func `a file brings a fresh account to the same lists, and a second time changes nothing`(format: String) async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            try await live(ada, host)
            let export = try await ada.get("/api/habits/export?format=\(format)")
            #expect(export.status == 200)
            #expect(
                export.headers.first(name: "Content-Type")?.hasPrefix(format == "csv" ? "text/csv" : "application/json") == true)
            #expect(
                export.headers.first(name: "Content-Disposition") == "attachment; filename=\"habits-2026-11-26.\(format)\"")
            let file = export.body
            let counts: JSONValue = ["created": 4, "present": 0]
            let added: JSONValue = ["dry_run": false, "habits": counts, "completions": ["created": 20, "present": 0]]
            let nothing: JSONValue = [
                "dry_run": false, "habits": ["created": 0, "present": 4], "completions": ["created": 0, "present": 20],
            ]

            // Somebody else on the same host, whose habits cannot have the same ids.
            let bob = try await client.registered("bob")
            try await bob.move(to: "Europe/Paris")
            #expect(try await load(file, format, by: bob).json == added)
            let (his, hers) = (try await lists(bob, ids: false), try await lists(ada, ids: false))
            #expect(his == hers)
            let before = try await lists(bob, ids: true)
            #expect(try await load(file, format, by: bob).json == nothing)
            #expect(try await lists(bob, ids: true) == before)
            // Nor is there anything new for her.
            #expect(try await load(file, format, by: ada).json == nothing)

            // Another host.
            try await product { other, client in
                other.clock.set(host.clock.now)
                let eve = try await client.registered("eve")
                try await eve.move(to: "Europe/Paris")
                #expect(try await load(file, format, by: eve).json == added)
                let (theirs, hers) = (try await lists(eve, ids: true), try await lists(ada, ids: true))
                #expect(theirs == hers)
                #expect(try await eve.get("/api/habits/export?format=\(format)").body == file)
                // What was imported lives on.
                let habit = try #require(try await eve.get("/api/habits/").json[0]?["id"]?.string)
                let (here, there) = (try await eve.streak(completing: habit), try await ada.streak(completing: habit))
                #expect(here == there)
            }
        }
    }

    @Test func `a dry run tells what would come and keeps nothing of it`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            try await live(ada, host)
            let file = try await ada.get("/api/habits/export").body
            let bob = try await client.registered("bob")
            let dry = try await load(file, "json", by: bob, query: "?dry_run=true")
            #expect(
                dry.json["dry_run"] == true && dry.json["habits"]?["created"] == 4 && dry.json["completions"]?["created"] == 20)
            #expect(try await bob.get("/api/habits/?include_archived=true").json.count == 0)
            #expect(try await bob.get("/api/completions/history").json.count == 0)
            #expect(try await load(file, "json", by: bob).json["habits"]?["created"] == 4)
        }
    }

    @Test func `what is there already stays as it is`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(["title": "Read"])
            #expect(try await ada.complete(habit).status == 201)
            let file = try await ada.get("/api/habits/export").body
            #expect(try await ada.put("/api/habits/\(habit)", ["title": "Write"]).status == 200)
            let completion = try #require(try await ada.get("/api/completions/today").json[0]?["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(completion)").status == 204)
            host.clock.advance(by: .seconds(86_400))
            #expect(try await ada.complete(habit).status == 201)
            // The completion that is gone comes back, and the streak with it.
            let result = try await load(file, "json", by: ada).json
            #expect(result["habits"] == ["created": 0, "present": 1] && result["completions"] == ["created": 1, "present": 0])
            let shown = try await ada.get("/api/habits/\(habit)").json
            #expect(shown["title"] == "Write" && shown["current_streak"] == 2 && shown["total_completions"] == 2)
            // Another completion of a day that has one is not needed.
            let twin: JSONValue = [
                "completions": [
                    ["id": "019a0f5e-6a00-7000-8000-0000000000aa", "habit_id": .string(habit), "completed_date": "2026-11-20"]
                ]
            ]
            #expect(try await ada.post("/api/habits/import", twin).json["completions"] == ["created": 0, "present": 1])
        }
    }

    @Test func `with one mistake nothing is imported, and every mistake is told`() async throws {
        try await product(plugins: ["habits": "settings = { habits_per_user = 3 }"]) { _, client in
            let ada = try await client.registered("ada")
            let (one, two) = ("019a0f5e-6a00-7000-8000-000000000001", "019a0f5e-6a00-7000-8000-000000000002")
            func completion(_ id: String, of habit: String, _ date: String) -> JSONValue {
                ["id": .string(id), "habit_id": .string(habit), "completed_date": .string(date)]
            }
            let habit: JSONValue = ["id": .string(one), "title": "Read"]
            let answer = try await ada.post(
                "/api/habits/import",
                [
                    "habits": [habit, ["id": "x", "title": ""]], "completions": [["id": .string(one), "value": -1]],
                    "format": "other/1",
                ])
            #expect(
                answer.violations == [
                    "body.completions.0.completed_date missing", "body.completions.0.habit_id missing",
                    "body.completions.0.value greater_than_equal", "body.format enum", "body.habits.1.id uuid_parsing",
                    "body.habits.1.title string_too_short",
                ])
            // It is noon of the 20th in UTC: the 21st has begun in Kiritimati, the 22nd nowhere.
            let (fine, early) = (completion(one, of: one, "2026-11-21"), completion(two, of: one, "2026-11-22"))
            let future = try await ada.post("/api/habits/import", ["habits": [habit], "completions": [fine, early]])
            #expect(future.violations == ["body.completions.1.completed_date value_error"])
            let unknown = try await ada.post(
                "/api/habits/import", ["habits": [habit], "completions": [fine, completion(two, of: two, "2026-11-20")]])
            #expect(unknown.violations == ["body.completions.1.habit_id unknown"])
            let table = "record,id,title,habit_id,completed_date\nhabit,\(one),Read,,\ncompletion,\(one),,\(two),2026-11-20\n"
            #expect(try await load(table, "csv", by: ada).violations == ["body.3.habit_id unknown"])
            #expect(try await load(table + "habit,\(two),\"Run", "csv", by: ada).violations == ["body.4.3 csv_invalid"])
            #expect(try await load("record,id,title\nhabit,\(one),a\0", "csv", by: ada).violations == ["body string_unicode"])
            let many = (1...4).map { number -> JSONValue in
                ["id": .string("019a0f5e-6a00-7000-8000-00000000000\(number)"), "title": "Read"]
            }
            let tooMany = try await ada.post("/api/habits/import", ["habits": .array(many)])
            #expect(tooMany.detail == "You can have at most 3 habits: delete one first")
            #expect(try await ada.get("/api/habits/").json.count == 0)
            #expect(try await ada.post("/api/habits/import", ["habits": [habit], "completions": [fine]]).status == 200)
            #expect(try await ada.post("/api/habits/import", ["habits": .array(many)]).status == 422)
            #expect(
                try await ada.post("/api/habits/import", ["habits": .array(Array(many[0...2]))]).json["habits"]?["created"] == 2)
        }
    }

    @Test func `imported completions earn nothing, and those that follow do`() async throws {
        try await product(plugins: ["habits": "", "progression": ""]) { host, client in
            let ada = try await client.registered("ada")
            try await live(ada, host)
            let earned = try await ada.get("/api/auth/me").json["total_xp"]?.int ?? 0
            #expect(earned > 0)
            let file = try await ada.get("/api/habits/export?format=csv").body
            let bob = try await client.registered("bob")
            #expect(try await load(file, "csv", by: bob).json["completions"]?["created"] == 20)
            func total() async throws -> Int? { try await bob.get("/api/auth/me").json["total_xp"]?.int }
            #expect(try await total() == 0)
            let history = try await bob.get("/api/completions/history").json
            #expect(history.count == 20 && history.each("xp_earned").allSatisfy { $0 == 0 })
            let habit = try #require(try await bob.get("/api/habits/").json[0]?["id"]?.string)
            let completed = try await bob.complete(habit)
            #expect((completed.json["xp_earned"]?.int ?? 0) > 0)
            // Nor does undoing one take anything.
            let after = try await total()
            let imported = try #require(history[0]?["id"]?.string)
            #expect(try await bob.delete("/api/completions/\(imported)").status == 204)
            #expect(try await total() == after)
        }
    }

    @Test func `a file that is sent twice at once is imported once`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            try await live(ada, host)
            let file = try await ada.get("/api/habits/export").body
            let bob = try await client.registered("bob")
            let answers = try await together(4) { _ in try await load(file, "json", by: bob) }
            #expect(answers.map(\.status) == [200, 200, 200, 200])
            #expect(answers.compactMap { $0.json["completions"]?["created"]?.int }.sorted() == [0, 0, 0, 20])
            #expect(try await bob.get("/api/habits/?include_archived=true").json.count == 4)
        }
    }

    @Test func `a long history goes out and in page by page`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habits = (1...3).map { "019a0f5e-6a00-7000-8000-00000000000\($0)" }
            let first = try instant("2024-01-01T00:00:00Z") / 86_400_000_000
            var completions: [JSONValue] = []
            for (number, habit) in habits.enumerated() {
                for day in 0..<400 {
                    let id = "019a0f5e-6a00-7000-900\(number)-" + String(repeating: "0", count: 12 - "\(day)".count) + "\(day)"
                    var json = JSONWriter()
                    json.date(Int32(first) + Int32(day))
                    let date = json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
                    completions.append(["id": .string(id), "habit_id": .string(habit), "completed_date": .string(date)])
                }
            }
            let file: JSONValue = [
                "habits": .array(habits.map { ["id": .string($0), "title": "Read"] }), "completions": .array(completions),
            ]
            #expect(try await ada.post("/api/habits/import", file).json["completions"]?["created"] == 1200)
            #expect(try await ada.get("/api/habits/").json.each("best_streak") == [400, 400, 400])
            var export: JSONValue = .null
            let statements = try await host.statements.during { export = try await ada.get("/api/habits/export").json }
            #expect(export["completions"]?.count == 1200)
            let ids = export["completions"]?.each("id").compactMap { $0?.string } ?? []
            #expect(Set(ids).count == 1200)
            // Habits, and three pages of 500.
            #expect(statements.count { $0.contains("habits") } == 4)
            #expect(try await ada.get("/api/habits/export?format=csv").body.split(separator: "\r\n").count == 1204)
        }
    }
}

extension JSONValue {
    /// The value without some members, wherever they are.
    fileprivate func without(_ names: Set<String>) -> JSONValue {
        switch self {
        case .array(let values): return .array(values.map { $0.without(names) })
        case .object(let object):
            var rest = JSONObject()
            for (name, value) in object.members where !names.contains(name) { rest[name] = value.without(names) }
            return .object(rest)
        default: return self
        }
    }
}
