import HearthHost
import HearthJSON
import Testing

/// What completing would bring, asked beforehand; and what undoing takes back.
struct CompletionPreviewTests {
    /// All that a user can read about his completions, without what only the day after shows.
    private func readings(_ ada: TestClient) async throws -> [String: JSONValue] {
        var readings: [String: JSONValue] = [:]
        for path in [
            "habits/", "habits/today", "completions/today", "completions/history", "completions/summary", "completions/calendar",
        ] {
            let answer = try await ada.get("/api/\(path)")
            #expect(answer.status == 200, "\(path): \(answer.body)")
            readings[path] = answer.json
        }
        let me = try await ada.get("/api/auth/me").json
        for name in ["total_xp", "coins", "level", "current_streak", "best_streak"] { readings[name] = me[name] }
        return readings
    }

    @Test(arguments: ["progression", "rpg"])
    func `a preview tells what the completion then brings and changes nothing`(payer: String) async throws {
        try await product(plugins: ["habits": "", payer: ""]) { host, client in
            let ada = try await client.registered("ada")
            let habits = [
                try await ada.habit(["difficulty": "hard"]),
                try await ada.habit(["frequency": "x_per_week", "times_per_week": 2]),
            ]
            for day in 1...7 {
                for habit in habits {
                    let before = try await readings(ada)
                    let preview = try await ada.get("/api/habits/\(habit)/preview")
                    #expect(preview.status == 200, "\(preview.body)")
                    #expect(try await readings(ada) == before)
                    let result = try await ada.complete(habit).json["result"]
                    #expect(preview.json == result, "day \(day)")
                }
                host.clock.advance(by: .seconds(86_400))
            }
            let last = try await ada.get("/api/habits/\(habits[0])/preview").json
            #expect(last["new_streak"] == 8 && last["is_personal_best"] == true && (last["xp_earned"]?.int ?? 0) > 20)
        }
    }

    @Test func `without anybody who pays a preview is of nothing`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let preview = try await ada.get("/api/habits/\(try await ada.habit())/preview").json
            #expect(preview["xp_earned"] == 0 && preview["coins_earned"] == 0 && preview["base_xp"] == 10)
            #expect(preview["streak_multiplier"]?.double == 1 && preview["new_streak"] == 1 && preview["badges_earned"] == [])
        }
    }

    @Test func `a preview is refused as the completion would be`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status == 201)
            #expect(try await ada.get("/api/habits/\(habit)/preview").detail == "Habit already completed today")
            host.clock.advance(by: .seconds(86_400))
            #expect(try await ada.get("/api/habits/\(habit)/preview").status == 200)
            let eve = try await client.registered("eve")
            #expect(try await eve.get("/api/habits/\(habit)/preview").detail == "Habit not found")
            #expect(try await ada.post("/api/habits/\(habit)/archive").status == 200)
            #expect(try await ada.get("/api/habits/\(habit)/preview").detail == "Cannot complete an archived habit")
            #expect(try await ada.get("/api/habits/x/preview").status == 422)
        }
    }

    @Test(arguments: ["daily", "weekly", "specific_days", "x_per_week"])
    func `undoing leaves everything as it was before the completion`(frequency: String) async throws {
        try await product(plugins: ["habits": "", "rpg": ""]) { host, client in
            // A Monday.
            host.clock.set(try instant("2026-11-02T12:00:00Z"))
            let ada = try await client.registered("ada")
            let habit = try await ada.habit([
                "frequency": .string(frequency), "specific_days": ["monday", "wednesday", "friday"], "times_per_week": 2,
            ])
            // Day after day into the second week, each completion undone and made again.
            for _ in 0..<9 {
                let first = try await ada.complete(habit)
                #expect(first.status == 201)
                #expect(try await ada.delete("/api/completions/\(first.json["id"]?.string ?? "")").status == 204)
                // Badges that were earned stay, with what they brought, and are earned once.
                let before = try await readings(ada)
                let second = try await ada.complete(habit)
                #expect(second.json["result"]?["badges_earned"] == [])
                let path = "/api/completions/\(second.json["id"]?.string ?? "")"
                #expect(try await ada.delete(path).status == 204)
                let after = try await readings(ada)
                #expect(after == before)
                #expect(try await ada.delete(path).status == 404)
                let third = try await ada.complete(habit)
                for name in third.json["result"]?.names ?? [] where name != "badges_earned" {
                    #expect(third.json["result"]?[name] == first.json["result"]?[name], "\(name)")
                }
                host.clock.advance(by: .seconds(86_400))
            }
            let streaks = ["daily": 9, "weekly": 2, "specific_days": 4, "x_per_week": 2]
            #expect(try await ada.get("/api/habits/\(habit)").json["best_streak"]?.int == streaks[frequency])
        }
    }

    @Test func `undoing a day that was entered afterwards takes its healing back`() async throws {
        try await product(plugins: ["habits": "", "rpg": ""]) { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            for _ in 0..<2 {
                #expect(try await ada.complete(habit).status == 201)
                host.clock.advance(by: .seconds(2 * 86_400))
            }
            let body: JSONValue = ["habit_id": .string(habit), "completed_date": "2026-11-21"]
            var before: [String: JSONValue] = [:]
            // Badges that the first time brings stay.
            for round in 0..<2 {
                let entered = try await ada.post("/api/completions/backfill", body)
                #expect(entered.status == 201)
                #expect(try await ada.get("/api/habits/\(habit)").json["best_streak"] == 3)
                #expect(try await ada.delete("/api/completions/\(entered.json["id"]?.string ?? "")").status == 204)
                let after = try await readings(ada)
                #expect(round == 0 || after == before)
                before = after
            }
            #expect(before["habits/"]?[0]?["best_streak"] == 1)
        }
    }
}
