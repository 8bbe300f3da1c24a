import HearthHost
import HearthJSON
import Testing

/// Days, weeks and time zones: the user's own clock decides.
struct CompletionsTimeTests {
    /// The first thing on the agenda of a scenario: noon of a day.
    private func noon(_ date: String, _ host: TestHost) throws { host.clock.set(try instant("\(date)T12:00:00Z")) }

    @Test func `a daily streak grows day by day, is open until the day has passed, and starts again after a gap`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            func shown() async throws -> [Int?] {
                let json = try await ada.get("/api/habits/\(habit)").json
                return [json["current_streak"]?.int, json["best_streak"]?.int]
            }
            for (date, streak) in [("2026-11-20", 1), ("2026-11-21", 2), ("2026-11-22", 3)] {
                try noon(date, host)
                #expect(try await ada.streak(completing: habit) == streak)
            }
            try noon("2026-11-23", host)
            #expect(try await shown() == [3, 3])
            try noon("2026-11-24", host)
            #expect(try await shown() == [0, 3])
            let answer = try await ada.complete(habit)
            #expect(answer.json["result"]?["new_streak"] == 1 && answer.json["result"]?["is_personal_best"] == false)
            #expect(try await shown() == [1, 3])
        }
    }

    @Test func `seven days in a row are announced`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            for day in 1...8 {
                let result = try await ada.complete(habit).json["result"]
                #expect(result?["new_streak"]?.int == day && result?["is_personal_best"] == true)
                let message: JSONValue? = day < 7 ? .null : .string("🔥 \(day)-day streak!")
                #expect(result?["achievement_message"] == message)
                host.clock.advance(by: .seconds(86_400))
            }
        }
    }

    @Test func `a habit of specific days counts those and forgives the others`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(
                ["frequency": "specific_days", "specific_days": ["monday", "wednesday", "friday"]])
            for (date, streak) in [("2026-11-20", 1), ("2026-11-23", 2), ("2026-11-24", 2), ("2026-11-25", 3)] {
                try noon(date, host)
                #expect(try await ada.streak(completing: habit) == streak, "\(date)")
            }
            // Friday is left out.
            try noon("2026-11-28", host)
            #expect(try await ada.get("/api/habits/\(habit)").json["current_streak"] == 0)
            try noon("2026-11-30", host)
            #expect(try await ada.streak(completing: habit) == 1)
            #expect(try await ada.get("/api/habits/\(habit)").json["best_streak"] == 3)
        }
    }

    @Test func `a weekly habit counts ISO weeks, over the new year too`() async throws {
        try await product { host, client in
            try noon("2026-12-21", host)
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(["frequency": "weekly"])
            // Weeks 52 and 53 of 2026, then week 1 of 2027.
            let days = [("2026-12-21", 1), ("2026-12-27", 1), ("2027-01-03", 2), ("2027-01-04", 3), ("2027-01-05", 3)]
            for (date, streak) in days {
                try noon(date, host)
                #expect(try await ada.streak(completing: habit) == streak, "\(date)")
            }
            try noon("2027-01-17", host)
            #expect(try await ada.get("/api/habits/\(habit)").json["current_streak"] == 3)
            try noon("2027-01-18", host)
            #expect(try await ada.get("/api/habits/\(habit)").json["current_streak"] == 0)
        }
    }

    @Test func `an x-per-week habit counts the weeks in which it was done often enough`() async throws {
        try await product { host, client in
            try noon("2026-12-28", host)
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(["frequency": "x_per_week", "times_per_week": 2])
            let days = [
                ("2026-12-28", 0), ("2026-12-30", 1), ("2027-01-01", 1), ("2027-01-04", 1), ("2027-01-10", 2), ("2027-01-11", 2),
            ]
            for (date, streak) in days {
                try noon(date, host)
                #expect(try await ada.streak(completing: habit) == streak, "\(date)")
            }
            // The week of the 11th had one completion only.
            try noon("2027-01-18", host)
            #expect(try await ada.get("/api/habits/\(habit)").json["current_streak"] == 0)
            // With one a week asked for it is enough: the streak follows the schedule.
            #expect(try await ada.put("/api/habits/\(habit)", ["times_per_week": 1]).json["current_streak"] == 3)
        }
    }

    @Test func `a quota is met on any days of the week, and more than it is allowed`() async throws {
        try await product { host, client in
            // A Monday.
            host.clock.set(try instant("2026-11-16T12:00:00Z"))
            let ada = try await client.registered("ada")
            let habit = try await ada.habit(["frequency": "x_per_week", "times_per_week": 3])
            let expected = [("16", 1, 33.3, 0), ("18", 2, 66.7, 0), ("21", 3, 100.0, 1), ("22", 4, 100.0, 1)]
            for (day, done, progress, streak) in expected {
                host.clock.set(try instant("2026-11-\(day)T12:00:00Z"))
                #expect(try await ada.streak(completing: habit) == streak, "\(day)")
                let today = try #require(try await ada.get("/api/habits/today").json[0])
                #expect(today["week_completions"]?.int == done && today["week_target"] == 3, "\(day)")
                #expect(today["progress_percentage"]?.double == progress && today["completed_today"] == true, "\(day)")
            }
            // The next week begins anew, and the streak is open until it is over.
            host.clock.set(try instant("2026-11-29T12:00:00Z"))
            let sunday = try #require(try await ada.get("/api/habits/today").json[0])
            #expect(sunday["week_completions"] == 0 && sunday["current_streak"] == 1)
            host.clock.set(try instant("2026-11-30T12:00:00Z"))
            #expect(try await ada.get("/api/habits/\(habit)").json["current_streak"] == 0)
        }
    }

    @Test func `a week of a quota is the user's own`() async throws {
        try await product { host, client in
            host.clock.set(try instant("2026-11-01T03:30:00Z"))
            let ada = try await client.registered("ada")
            try await ada.move(to: "America/New_York")
            let habit = try await ada.habit(["frequency": "x_per_week", "times_per_week": 2])
            // Sunday evening in New York is Monday in UTC. The clock there was put back on the first of November.
            for (instantOfTime, streak, done) in [
                ("2026-11-01T03:30:00Z", 0, 1), ("2026-11-02T04:30:00Z", 1, 2), ("2026-11-02T05:30:00Z", 1, 1),
                ("2026-11-09T04:59:59Z", 2, 2),
            ] {
                host.clock.set(try instant(instantOfTime))
                #expect(try await ada.streak(completing: habit) == streak, "\(instantOfTime)")
                #expect(try await ada.get("/api/habits/today").json[0]?["week_completions"]?.int == done, "\(instantOfTime)")
            }
        }
    }

    @Test func `today is the user's own day, wherever he lives`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            for (zone, date) in [
                ("Pacific/Auckland", "2026-11-21"), ("Pacific/Honolulu", "2026-11-20"), ("Pacific/Kiritimati", "2026-11-21"),
                ("Asia/Kathmandu", "2026-11-20"), ("UTC", "2026-11-20"),
            ] {
                let friend = try await client.registered("friend" + zone.filter(\.isLetter).lowercased())
                try await friend.move(to: zone)
                let habit = try await friend.habit()
                let answer = try await friend.complete(habit)
                #expect(answer.json["completed_date"]?.string == date, "\(zone)")
                #expect(try await friend.get("/api/completions/summary?days=1").json[0]?["date"]?.string == "\(date)T00:00:00")
            }
            // Midnight in Honolulu is at 10:00 UTC.
            try await ada.move(to: "Pacific/Honolulu")
            let habit = try await ada.habit()
            host.clock.set(try instant("2026-11-21T09:59:59Z"))
            #expect(try await ada.streak(completing: habit) == 1)
            host.clock.set(try instant("2026-11-21T10:00:00Z"))
            #expect(try await ada.get("/api/habits/\(habit)").json["completed_today"] == false)
            #expect(try await ada.streak(completing: habit) == 2)
            #expect(try await ada.get("/api/completions/calendar").json["days"]?[20]?["habits_done"] == 1)
        }
    }

    @Test(arguments: [
        // 25 hours.
        ("Europe/Paris", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z", "2026-10-25"),
        // 23 hours.
        ("Europe/Paris", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29"),
        // Midnight does not exist: the day begins at one o'clock.
        ("Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24T20:59:59Z", "2026-04-24"),
        // Midnight comes twice: the day before has 25 hours.
        ("America/Havana", "2026-11-01T04:00:00Z", "2026-11-02T04:59:59Z", "2026-11-01"),
        // Half an hour.
        ("Australia/Lord_Howe", "2026-04-04T13:00:00Z", "2026-04-05T13:29:59Z", "2026-04-05"),
    ])
    func `a day on which the clock changes is one day`(zone: String, start: String, end: String, date: String) async throws {
        try await product { host, client in
            host.clock.set(try instant(start) - 1_000_000)
            let ada = try await client.registered("ada")
            try await ada.move(to: zone)
            let habit = try await ada.habit()
            #expect(try await ada.streak(completing: habit) == 1)
            host.clock.set(try instant(start))
            let answer = try await ada.complete(habit)
            #expect(answer.json["completed_date"]?.string == date && answer.json["result"]?["new_streak"] == 2)
            host.clock.set(try instant(end))
            #expect(try await ada.complete(habit).detail == "Habit already completed today")
            host.clock.set(try instant(end) + 1_000_000)
            #expect(try await ada.streak(completing: habit) == 3)
        }
    }

    @Test func `moving to another zone never opens a second today`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            #expect(try await ada.streak(completing: habit) == 1)
            // It is noon of the 20th in UTC; here the 21st, there the 20th once more.
            for zone in ["Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Pacific/Auckland"] {
                try await ada.move(to: zone)
                #expect(try await ada.complete(habit).detail == "Habit already completed today", "\(zone)")
                #expect(try await ada.get("/api/habits/\(habit)").json["completed_today"] == true, "\(zone)")
                #expect(try await ada.get("/api/habits/today").json[0]?["completed_today"] == true, "\(zone)")
                #expect(try await ada.get("/api/completions/today").json.count == 1, "\(zone)")
                let tomorrow: JSONValue = ["habit_id": .string(habit), "completed_date": "2026-11-21"]
                #expect(try await ada.post("/api/completions/backfill", tomorrow).status == 400, "\(zone)")
            }
            // Only when the 20th is over where it was completed.
            host.clock.set(try instant("2026-11-20T23:59:59Z"))
            #expect(try await ada.complete(habit).status == 400)
            host.clock.set(try instant("2026-11-21T00:00:00Z"))
            let next = try await ada.complete(habit)
            #expect(next.json["completed_date"] == "2026-11-21" && next.json["result"]?["new_streak"] == 2)
            // And back to where it is the 20th still.
            try await ada.move(to: "Pacific/Honolulu")
            #expect(try await ada.complete(habit).status == 400)
            #expect(try await ada.get("/api/habits/\(habit)").json["total_completions"] == 2)
        }
    }
}
