import HearthHost
import HearthJSON
import Testing

/// The game's half of a completion: experience, coins, levels and the streak, in the caller's transaction.
struct RPGProgressionTests {
    @Test func `a completion pays experience and coins, and an undo takes them back`() async throws {
        try await game { host, ada in
            let habit = try await ada.habit(["difficulty": "hard"])
            let answer = try await ada.complete(habit)
            #expect(answer.json["xp_earned"] == 20 && answer.json["coins_earned"] == 10)
            #expect(answer.json["result"]?["streak_multiplier"]?.double == 1.02)
            // The first completion is worth a badge, and one before the end of a Friday another.
            #expect(try await ada.standing() == [1, 55, 10, 1, 1])
            let ledger = try await ada.get("/api/characters/me/ledger").json
            #expect(ledger.each("currency") == ["xp", "xp", "coins", "xp"] && ledger.each("amount") == [25, 10, 10, 20])
            #expect(ledger.each("from_account") == ["badges", "badges", "activities", "activities"])

            let id = try #require(answer.json["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
            #expect(try await ada.standing() == [1, 35, 0, 0, 0])
            let entries = try await ada.get("/api/characters/me/ledger").json
            #expect(entries.count == 6 && entries.each("balance_after") == [0, 35, 55, 30, 10, 20])
            // The same habit again, by another completion.
            #expect(try await ada.complete(habit).json["xp_earned"] == 20)
            #expect(try await ada.standing() == [1, 55, 10, 1, 1])
        }
    }

    @Test func `the hour of the user's own clock decides about the bonus`() async throws {
        try await game { host, ada in
            // 12:00 in London is 7:00 in New York.
            try await ada.move(to: "America/New_York")
            let habit = try await ada.habit(["difficulty": "hard"])
            #expect(try await ada.complete(habit).json["xp_earned"] == 22)
        }
    }

    @Test func `one missed day costs the free freeze of the week, a second one the streak`() async throws {
        try await game { host, ada in
            let habit = try await ada.habit()
            func complete(afterDays days: Int) async throws -> String {
                host.clock.advance(by: .seconds(86_400 * days))
                return try #require(try await ada.complete(habit).json["id"]?.string)
            }
            _ = try await complete(afterDays: 0)  // Friday
            _ = try await complete(afterDays: 1)
            #expect(try await ada.get("/api/streak/status").json["free_freeze_available"] == true)
            let monday = try await complete(afterDays: 2)
            #expect(try await ada.standing()[3] == 3)
            let status = try await ada.get("/api/streak/status").json
            #expect(status["free_freeze_available"] == false && status["freezes_used_this_month"] == 0)
            #expect(status["next_free_freeze"] == "2026-11-30T00:00:00.000000Z")

            // Undone, the freeze is there again, and with it the streak as it was.
            #expect(try await ada.delete("/api/completions/\(monday)").status == 204)
            #expect(try await ada.get("/api/streak/status").json["free_freeze_available"] == true)
            #expect(try await ada.standing()[3] == 2)
            _ = try await complete(afterDays: 0)
            #expect(try await ada.standing()[3] == 3)

            _ = try await complete(afterDays: 2)  // Wednesday: Tuesday was missed, and the freeze is spent.
            #expect(try await ada.standing()[3...] == [1, 3])
            host.clock.advance(by: .seconds(2 * 86_400))
            #expect(try await ada.standing()[3] == 0)
        }
    }

    @Test func `a day entered afterwards joins two runs, and is paid as it is`() async throws {
        try await game { host, ada in
            let habit = try await ada.habit(["difficulty": "hard"])
            #expect(try await ada.complete(habit).status == 201)
            host.clock.advance(by: .seconds(3 * 86_400))
            #expect(try await ada.complete(habit).status == 201)
            #expect(try await ada.standing()[3] == 1)
            for date in ["2026-11-21", "2026-11-22"] {
                let body: JSONValue = ["habit_id": .string(habit), "completed_date": .string(date)]
                #expect(try await ada.post("/api/completions/backfill", body).json["xp_earned"] == 10)
            }
            #expect(try await ada.standing()[3...] == [4, 4])
        }
    }

    @Test func `a day entered afterwards that a freeze had covered gives it back, and undone takes it again`() async throws {
        try await game { host, ada in
            func hasFreeze() async throws -> Bool? {
                try await ada.get("/api/streak/status").json["free_freeze_available"]?.bool
            }
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status == 201)  // Friday
            host.clock.advance(by: .seconds(2 * 86_400))
            #expect(try await ada.complete(habit).status == 201)  // Sunday: Saturday was missed.
            #expect(try await hasFreeze() == false)
            for _ in 0..<2 {
                let saturday: JSONValue = ["habit_id": .string(habit), "completed_date": "2026-11-21"]
                let entered = try #require(try await ada.post("/api/completions/backfill", saturday).json["id"]?.string)
                #expect(try await hasFreeze() == true)
                #expect(try await ada.standing()[3...] == [3, 3])
                #expect(try await ada.delete("/api/completions/\(entered)").status == 204)
                #expect(try await hasFreeze() == false)
                #expect(try await ada.standing()[3...] == [2, 2])
            }
        }
    }

    @Test func `the freeze comes back with the last completion that was built on it`() async throws {
        try await game { host, ada in
            let habits = [try await ada.habit(), try await ada.habit(["title": "Another"])]
            #expect(try await ada.complete(habits[0]).status == 201)  // Friday
            host.clock.advance(by: .seconds(2 * 86_400))
            var sunday: [String] = []
            for habit in habits { sunday.append(try #require(try await ada.complete(habit).json["id"]?.string)) }
            for (id, isBack) in zip(sunday, [false, true]) {
                #expect(try await ada.delete("/api/completions/\(id)").status == 204)
                #expect(try await ada.get("/api/streak/status").json["free_freeze_available"]?.bool == isBack)
            }
            #expect(try await ada.standing()[3...] == [1, 1])
        }
    }

    @Test func `freezes by hand: the first is free, the next costs coins, and two a month are all`() async throws {
        try await game { host, ada in
            var completions: [String] = []
            for number in 0..<6 {
                let habit = try await ada.habit(["title": .string("h\(number)"), "difficulty": "hard"])
                completions.append(try #require(try await ada.complete(habit).json["id"]?.string))
            }
            #expect(try await ada.standing()[2] == 60)
            let free = try await ada.post("/api/streak/freeze")
            #expect(free.status == 200 && free.json["was_free"] == true && free.json["coins_spent"] == 0)
            #expect(free.json["protected_day"] == "2026-11-21" && free.json["freezes_remaining_this_month"] == 1)
            #expect(free.json["frozen_until"] == "2026-11-21T12:00:00.000000Z")
            let again = try await ada.post("/api/streak/freeze")
            #expect(again.status == 400 && again.detail == "Streak is already frozen until 2026-11-21T12:00:00.000000Z")

            host.clock.advance(by: .seconds(86_401))
            let paid = try await ada.post("/api/streak/freeze")
            #expect(paid.json["was_free"] == false && paid.json["coins_spent"] == 50)
            #expect(paid.json["protected_day"] == "2026-11-22")
            #expect(try await ada.standing()[2] == 10)

            // Taken back after it was spent: a debt, and the balance stays at zero until it is paid.
            for id in completions.prefix(2) { #expect(try await ada.delete("/api/completions/\(id)").status == 204) }
            // 80 for four habits, 125 for five badges, which stay.
            #expect(try await ada.standing()[1...2] == [205, 0])
            host.clock.advance(by: .seconds(2 * 86_400))  // Monday
            let habit = try await ada.habit(["difficulty": "hard"])
            #expect(try await ada.complete(habit).json["coins_earned"] == 10)
            #expect(try await ada.standing()[2...3] == [0, 2])
            let next = try await ada.habit(["difficulty": "hard"])
            #expect(try await ada.complete(next).status == 201)
            #expect(try await ada.standing()[2] == 10)

            let third = try await ada.post("/api/streak/freeze")
            #expect(third.detail == "Monthly freeze limit reached (2 freezes per month)")
            let status = try await ada.get("/api/streak/status").json
            #expect(status["freezes_remaining_this_month"] == 0 && status["freeze_cost"] == 50 && status["coins"] == 10)
        }
    }

    @Test func `a freeze without the coins is refused`() async throws {
        try await game { host, ada in
            #expect(try await ada.post("/api/streak/freeze").status == 200)
            host.clock.advance(by: .seconds(86_401))
            let refused = try await ada.post("/api/streak/freeze")
            #expect(refused.status == 400 && refused.detail == "Insufficient coins. Need 50, have 0")
        }
    }

    @Test func `the nightly comparison finds the ledger and the balances equal`() async throws {
        try await game { host, ada in
            let admin = try await host.administrator("root", TestClient(host))
            let habit = try await ada.habit(["difficulty": "hard"])
            let id = try #require(try await ada.complete(habit).json["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
            #expect(try await ada.complete(habit).status == 201)
            #expect(try await admin.post("/api/admin/schedules/rpg.recalculation/run", [:]).status < 300)
            let path = "/api/admin/jobs?kind=rpg.recalculate&state=completed"
            let isDone = try await eventually { try await admin.get(path).json["jobs"]?.count == 1 }
            #expect(isDone)
            #expect(!host.log.contains("Balances differed"))
            #expect(try await ada.standing() == [1, 55, 10, 1, 1])
        }
    }

    @Test func `a vacation keeps the streak, and ends before its time when it is told to`() async throws {
        try await game { host, ada in
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status == 201)
            func announce(_ first: String, _ last: String) async throws -> TestClient.Answer {
                try await ada.post("/api/streak/vacations", ["start_date": .string(first), "end_date": .string(last)])
            }
            #expect(try await announce("2026-11-19", "2026-11-25").status == 400)
            #expect(try await announce("2026-11-25", "2026-11-24").status == 400)
            #expect(try await announce("2026-11-21", "2027-01-20").status == 400)
            #expect(try await announce("2028-11-21", "2028-11-22").status == 400)
            let vacation = try await announce("2026-11-21", "2026-11-30")
            #expect(vacation.status == 201 && vacation.json["end_date"] == "2026-11-30")
            #expect(try await announce("2026-11-30", "2026-12-02").status == 409)
            host.clock.advance(by: .seconds(8 * 86_400))
            #expect(try await ada.standing()[3] == 1)
            let path = "/api/streak/vacations/" + (try #require(vacation.json["id"]?.string))
            #expect(try await ada.delete(path).status == 204)
            #expect(try await ada.delete(path).status == 404)
            #expect(try await ada.get("/api/streak/vacations").json == [])
            #expect(try await ada.complete(habit).status == 201)
            #expect(try await ada.standing()[3] == 2)
        }
    }
}

/// Runs a scenario with habits and the game.
func game(_ scenario: (TestHost, TestClient) async throws -> Void) async throws {
    try await product(plugins: ["habits": "", "rpg": ""]) { host, client in
        try await scenario(host, try await client.registered("ada"))
    }
}

extension TestClient {
    /// Where the user stands: level, experience, coins, current and best streak.
    func standing() async throws -> [Int] {
        let me = try await get("/api/auth/me").json
        return ["level", "total_xp", "coins", "current_streak", "best_streak"].map { me[$0]?.int ?? -1 }
    }
}
