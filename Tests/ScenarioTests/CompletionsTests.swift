import HearthHost
import HearthJSON
import Testing

/// Completions over HTTP: once a day, undone, entered afterwards, listed and summed up.
struct CompletionsTests {
    @Test func `a completion answers what it brought`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(["unit": "pages", "difficulty": "medium"])
            let answer = try await ada.post(
                "/api/completions/",
                ["habit_id": .string(habit), "notes": "fine", "difficulty_rating": 1, "mood_rating": 5, "value": 30, "extra": 1])
            #expect(answer.status == 201)
            let expected: JSONObject = [
                "habit_id": .string(habit), "task_id": .null, "completion_type": "habit", "xp_earned": 0, "coins_earned": 0,
                "streak_at_completion": 1, "notes": "fine", "difficulty_rating": 1, "mood_rating": 5, "value": 30,
                "completed_at": "2026-11-20T12:00:00.000000Z", "completed_date": "2026-11-20",
                "result": [
                    "xp_earned": 0, "coins_earned": 0, "base_xp": 15, "base_coins": 7, "streak_multiplier": .number(1),
                    "streak_bonus_xp": 0, "streak_bonus_coins": 0, "new_streak": 1, "is_personal_best": true, "level_up": false,
                    "new_level": .null, "badges_earned": [], "achievement_message": .null,
                ],
            ]
            for (name, value) in expected.members { #expect(answer.json[name] == value, "\(name)") }
            // Floats keep their .0.
            #expect(answer.body.contains(#""streak_multiplier":1.0"#))
            #expect(answer.json.names == (expected.members.map(\.name) + ["id", "user_id"]).sorted())

            let listed = try await ada.get("/api/completions/today").json
            #expect(listed.count == 1)
            for name in answer.json.names where name != "result" { #expect(listed[0]?[name] == answer.json[name], "\(name)") }
            #expect(listed[0]?["result"] == nil)
            let shown = try await ada.get("/api/habits/\(habit)").json
            #expect(shown["completed_today"] == true && shown["total_completions"] == 1 && shown["current_streak"] == 1)
        }
    }

    @Test func `what cannot be completed is refused in the documented order and words`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            func refusal(_ body: JSONValue) async throws -> String {
                let answer = try await ada.post("/api/completions/", body)
                return "\(answer.status) \(answer.detail ?? "")"
            }
            #expect(try await refusal([:]) == "400 habit_id is required")
            #expect(try await refusal(["habit_id": .null]) == "400 habit_id is required")
            #expect(try await refusal(["task_id": "0198f0a0-0000-7000-8000-000000000000"]) == "400 habit_id is required")
            #expect(try await refusal(["habit_id": "0198f0a0-0000-7000-8000-000000000000"]) == "404 Habit not found")
            #expect(try await ada.complete(habit).status == 201)
            let body: JSONValue = ["habit_id": .string(habit)]
            #expect(try await refusal(body) == "400 Habit already completed today")
            // Archived comes before completed.
            #expect(try await ada.post("/api/habits/\(habit)/archive").status == 200)
            #expect(try await refusal(body) == "400 Cannot complete an archived habit")
            #expect(try await ada.get("/api/completions/today").json.count == 1)

            let wrong = try await ada.post(
                "/api/completions/", ["habit_id": "x", "mood_rating": 6, "difficulty_rating": 0, "notes": 1, "value": -1])
            #expect(wrong.status == 422)
            #expect(
                wrong.violations == [
                    "body.difficulty_rating greater_than_equal", "body.habit_id uuid_parsing", "body.mood_rating less_than_equal",
                    "body.notes string_type", "body.value greater_than_equal",
                ])
        }
    }

    @Test func `undoing restores counters and streaks, and the day can be completed again`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            for expected in 1...3 {
                #expect(try await ada.streak(completing: habit) == expected)
                if expected < 3 { host.clock.advance(by: .seconds(86_400)) }
            }
            let path = "/api/completions/" + (try #require(try await ada.get("/api/completions/today").json[0]?["id"]?.string))
            let undone = try await ada.delete(path)
            #expect(undone.status == 204 && undone.body.isEmpty)
            let habitThen = try await ada.get("/api/habits/\(habit)").json
            #expect(habitThen["total_completions"] == 2 && habitThen["current_streak"] == 2 && habitThen["best_streak"] == 2)
            #expect(habitThen["completed_today"] == false)
            #expect(try await ada.get("/api/completions/today").json.count == 0)
            #expect(try await ada.delete(path).detail == "Completion not found")
            // Again, and only once.
            #expect(try await ada.streak(completing: habit) == 3)
            #expect(try await ada.complete(habit).status == 400)
            #expect(try await ada.get("/api/habits/\(habit)").json["total_completions"] == 3)
        }
    }

    @Test func `undoing a day in the middle breaks the streak there`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            var ids: [String] = []
            for _ in 1...5 {
                ids.append(try #require(try await ada.complete(habit).json["id"]?.string))
                host.clock.advance(by: .seconds(86_400))
            }
            #expect(try await ada.delete("/api/completions/\(ids[1])").status == 204)
            let after = try await ada.get("/api/habits/\(habit)").json
            #expect(after["current_streak"] == 3 && after["best_streak"] == 3 && after["total_completions"] == 4)
        }
    }

    @Test func `backfilling is limited to thirty days, once a day, and heals the streak`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(["difficulty": "hard"])
            func backfill(_ date: String) async throws -> TestClient.Answer {
                try await ada.post(
                    "/api/completions/backfill", ["habit_id": .string(habit), "completed_date": .string(date), "notes": "late"])
            }
            #expect(try await ada.complete(habit).status == 201)
            #expect(try await backfill("2026-11-21").detail == "Cannot complete habits in the future")
            #expect(try await backfill("2026-11-21").status == 400)
            #expect(try await backfill("9999-12-31").status == 400)
            #expect(try await backfill("2026-10-20").detail == "Can only backfill completions from the last 30 days")
            #expect(try await backfill("0001-01-01").status == 400)
            #expect(try await backfill("2026-11-20").detail == "Habit already completed on 2026-11-20")
            for wrong in ["2026-13-01", "2026-02-30", "20.11.2026", "", "2026-11-20T00:00:00Z\u{0}"] {
                #expect(try await backfill(wrong).status == 422, "\(wrong)")
            }
            let oldest = try await backfill("2026-10-21")
            #expect(oldest.status == 201)
            #expect(oldest.json["completed_date"] == "2026-10-21" && oldest.json["notes"] == "late")
            #expect(oldest.json["completed_at"] == "2026-10-21T12:00:00.000000Z")
            #expect(oldest.json["result"] == nil)
            #expect(try await backfill("2026-10-21").detail == "Habit already completed on 2026-10-21")

            #expect(try await backfill("2026-11-18").status == 201)
            #expect(try await ada.get("/api/habits/\(habit)").json["current_streak"] == 1)
            #expect(try await backfill("2026-11-19").status == 201)
            let healed = try await ada.get("/api/habits/\(habit)").json
            #expect(healed["current_streak"] == 3 && healed["best_streak"] == 3 && healed["total_completions"] == 4)
            // An archived habit accepts it too: it was in use then.
            #expect(try await ada.post("/api/habits/\(habit)/archive").status == 200)
            #expect(try await backfill("2026-11-17").status == 201)
            #expect(try await ada.get("/api/completions/today").json.count == 1)
        }
    }

    @Test func `a completion entered for today keeps today from being completed again`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let body: JSONValue = ["habit_id": .string(habit), "completed_date": "2026-11-20"]
            #expect(try await ada.post("/api/completions/backfill", body).status == 201)
            #expect(try await ada.complete(habit).detail == "Habit already completed today")
            #expect(try await ada.get("/api/habits/\(habit)").json["total_completions"] == 1)
            host.clock.advance(by: .seconds(86_400))
            #expect(try await ada.streak(completing: habit) == 2)
        }
    }

    @Test func `histories go from the newest day, in pages and ranges`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let first = try await ada.habit()
            let second = try await ada.habit()
            for _ in 0..<4 {
                #expect(try await ada.complete(first).status == 201)
                host.clock.advance(by: .seconds(1))
                #expect(try await ada.complete(second).status == 201)
                host.clock.advance(by: .seconds(86_399))
            }
            func dates(_ path: String) async throws -> [String?] {
                try await ada.get(path).json.each("completed_date").map { $0?.string }
            }
            let all = try await dates("/api/completions/history")
            #expect(all.count == 8 && all.compactMap(\.self) == all.compactMap(\.self).sorted(by: >))
            let order = try await ada.get("/api/completions/history?limit=2").json.each("habit_id")
            #expect(order == [.string(second), .string(first)])
            let days = ["2026-11-23", "2026-11-22", "2026-11-21", "2026-11-20"]
            #expect(try await dates("/api/habits/\(first)/history") == days)
            #expect(try await dates("/api/completions/history?habit_id=\(second)") == days)
            #expect(try await dates("/api/habits/\(first)/history?limit=2&offset=1") == Array(days[1...2]))
            #expect(try await dates("/api/habits/\(first)/history?offset=99") == [])
            #expect(
                try await dates("/api/completions/history?habit_id=\(first)&start_date=2026-11-21&end_date=2026-11-22")
                    == Array(days[1...2]))
            #expect(try await dates("/api/completions/history?start_date=2026-11-22&end_date=2026-11-21") == [])
            var paged: [String?] = []
            for offset in stride(from: 0, to: 9, by: 3) {
                paged += try await dates("/api/completions/history?limit=3&offset=\(offset)")
            }
            #expect(paged == all)

            for (query, violations) in [
                ("limit=0", ["query.limit greater_than_equal"]), ("limit=366", ["query.limit less_than_equal"]),
                ("limit=x", ["query.limit int_parsing"]), ("offset=-1", ["query.offset greater_than_equal"]),
                ("offset=99999999999999999999", ["query.offset int_parsing_size"]),
                ("limit=0&offset=-1", ["query.limit greater_than_equal", "query.offset greater_than_equal"]),
            ] {
                for path in ["/api/completions/history", "/api/habits/\(first)/history"] {
                    let answer = try await ada.get("\(path)?\(query)")
                    #expect(answer.status == 422, "\(path) \(query)")
                    #expect(answer.violations == violations, "\(path) \(query)")
                }
            }
            #expect(try await ada.get("/api/completions/history?start_date=yesterday&habit_id=1").violations.count == 2)
            #expect(try await ada.get("/api/completions/history?offset=9223372036854775807").status == 200)
        }
    }

    @Test func `the summary has every day, today first, and no rate beyond the whole`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habits = [try await ada.habit(), try await ada.habit(), try await ada.habit()]
            for habit in habits[0...1] { #expect(try await ada.complete(habit).status == 201) }
            host.clock.advance(by: .seconds(2 * 86_400))
            for habit in habits { #expect(try await ada.complete(habit).status == 201) }
            let summary = try await ada.get("/api/completions/summary").json
            #expect(summary.each("date").prefix(3) == ["2026-11-22T00:00:00", "2026-11-21T00:00:00", "2026-11-20T00:00:00"])
            #expect(summary.count == 7)
            #expect(summary.each("habits_completed").prefix(3) == [3, 0, 2])
            #expect(summary.each("completion_rate").prefix(3) == [.number(100), .number(0), .number(66.67)])
            #expect(summary.each("habits_total").allSatisfy { $0 == 3 })
            // Archiving a completed habit must not bring a rate over 100.
            #expect(try await ada.post("/api/habits/\(habits[0])/archive").status == 200)
            #expect(try await ada.post("/api/habits/\(habits[1])/archive").status == 200)
            let after = try await ada.get("/api/completions/summary?days=3").json
            #expect(after.each("completion_rate") == [.number(100), .number(0), .number(100)])
            #expect(try await ada.get("/api/completions/summary?days=90").json.count == 90)
            #expect(try await ada.get("/api/completions/summary?days=91").status == 422)
            #expect(try await ada.get("/api/completions/summary?days=0").status == 422)
        }
    }

    @Test func `the calendar shows every day of a month and sums up those until today`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let empty = try await ada.get("/api/completions/calendar").json
            #expect(empty["month"] == "2026-11" && empty["days"]?.count == 30)
            #expect(empty["summary"] == ["perfect_days": 0, "total_completions": 0, "average_rate": .number(0)])
            let habits = [try await ada.habit(), try await ada.habit()]
            for habit in habits { #expect(try await ada.complete(habit).status == 201) }
            host.clock.advance(by: .seconds(86_400))
            #expect(try await ada.complete(habits[0]).status == 201)
            let month = try await ada.get("/api/completions/calendar").json
            let days = try #require(month["days"]?.elements)
            #expect(
                days[19] == [
                    "date": "2026-11-20", "completion_rate": .number(1), "habits_done": 2, "habits_total": 2, "xp_earned": 0,
                ])
            #expect(days[20]["completion_rate"] == .number(0.5) && days[21]["habits_done"] == 0)
            // 1.5 of 21 days.
            #expect(month["summary"] == ["perfect_days": 1, "total_completions": 3, "average_rate": .number(0.07)])

            for (text, days) in [("2024-02", 29), ("2026-02", 28), ("2026-12", 31), ("2030-04", 30), ("9999-12", 31)] {
                let answer = try await ada.get("/api/completions/calendar?month=\(text)")
                #expect(answer.status == 200 && answer.json["days"]?.count == days, "\(text)")
                #expect(answer.json["month"]?.string == text)
            }
            for text in ["2026-13", "2026-00", "0000-01"] {
                let answer = try await ada.get("/api/completions/calendar?month=\(text)")
                #expect(answer.status == 400 && answer.detail == "Invalid month format. Use YYYY-MM", "\(text)")
            }
            for text in ["2026-1", "nov", "2026-11-01", "%D9%A2%D9%A0%D9%A2%D9%A6-11", "2026-11%0A", ""] {
                let answer = try await ada.get("/api/completions/calendar?month=\(text)")
                #expect(answer.status == 422 && answer.violations == ["query.month string_pattern_mismatch"], "\(text)")
            }
        }
    }

    @Test func `rewards come from progression in the same transaction, and go back with an undo`() async throws {
        try await product(plugins: ["habits": "", "progression": ""]) { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(["difficulty": "hard"])
            let answer = try await ada.complete(habit)
            // 20 with the streak's 2 percent.
            #expect(answer.json["xp_earned"] == 20 && answer.json["coins_earned"] == 10)
            #expect(answer.json["result"]?["streak_multiplier"]?.double == 1.02)
            let me = try await ada.get("/api/auth/me").json
            #expect(me["total_xp"] == 20 && me["coins"] == 10 && me["current_streak"] == 1)
            #expect(try await ada.get("/api/completions/calendar").json["days"]?[19]?["xp_earned"] == 20)
            let id = try #require(answer.json["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
            let after = try await ada.get("/api/auth/me").json
            #expect(after["total_xp"] == 0 && after["coins"] == 0)
        }
    }

    @Test func `when the reward fails, nothing is completed`() async throws {
        try await TestHost.with(plugins: ["habits": "", "progression": "settings = { fail_award = true }"]) { host in
            let ada = try await TestClient(host).registered("ada")
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status >= 500)
            let shown = try await ada.get("/api/habits/\(habit)").json
            #expect(shown["total_completions"] == 0 && shown["completed_today"] == false)
            #expect(try await ada.get("/api/completions/history").json == [])
            #expect(try await ada.get("/api/auth/me").json["total_xp"] == 0)
        }
    }
}
