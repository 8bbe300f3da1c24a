import HearthHost
import HearthJSON
import Testing

/// Pauses of habits: announced with dates, not due, no harm to streaks and rates.
struct PausesTests {
    private func noon(_ date: String, _ host: TestHost) throws { host.clock.set(try instant("\(date)T12:00:00Z")) }

    private func pause(_ first: String, _ last: String) -> JSONValue {
        ["start_date": .string(first), "end_date": .string(last)]
    }

    @Test func `a pause takes a habit from today's list and its streak lives through it`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            #expect(try await ada.streak(completing: habit) == 1)
            let paused = try await ada.post("/api/habits/\(habit)/pauses", pause("2026-11-21", "2026-11-27"))
            #expect(paused.status == 201 && paused.json["is_paused"] == false)
            #expect(paused.json["pauses"] == [pause("2026-11-21", "2026-11-27")])
            for date in ["2026-11-21", "2026-11-27"] {
                try noon(date, host)
                #expect(try await ada.get("/api/habits/today").json.count == 0, "\(date)")
                let shown = try await ada.get("/api/habits/\(habit)").json
                #expect(shown["is_paused"] == true && shown["current_streak"] == 1, "\(date)")
            }
            try noon("2026-11-28", host)
            #expect(try await ada.get("/api/habits/today").json.count == 1)
            #expect(try await ada.get("/api/habits/").json[0]?["current_streak"] == 1)
            #expect(try await ada.streak(completing: habit) == 2)
            // Without a pause the next gap is one.
            try noon("2026-11-30", host)
            #expect(try await ada.get("/api/habits/\(habit)").json["current_streak"] == 0)
        }
    }

    @Test func `days of rest are not counted in rates`() async throws {
        try await product(plugins: ["habits": "", "stats": ""]) { host, client in
            let ada = try await client.registered("ada")
            let (rested, kept) = (try await ada.habit(), try await ada.habit())
            #expect(try await ada.post("/api/habits/\(rested)/pauses", pause("2026-11-20", "2026-11-21")).status == 201)
            for _ in 1...3 {
                #expect(try await ada.complete(kept).status == 201)
                host.clock.advance(by: .seconds(86_400))
            }
            let summary = try await ada.get("/api/completions/summary?days=4").json
            // The 23rd, the 22nd, then the two days of rest.
            #expect(summary.each("habits_total") == [2, 2, 1, 1])
            #expect(summary.each("completion_rate") == [.number(0), .number(50), .number(100), .number(100)])
            let days = try await ada.get("/api/completions/calendar").json["days"]
            #expect(days?[20]?["habits_total"] == 1 && days?[20]?["completion_rate"] == .number(1))
            #expect(days?[21]?["habits_total"] == 2 && days?[21]?["completion_rate"] == .number(0.5))
            // Nor do the statistics count them.
            let scheduled = try await ada.get("/api/stats/calendar?year=2026&month=11").json["days"]?.each("habits_scheduled")
            #expect(scheduled.map { Array($0[19...22]) } == [1, 1, 2, 2])
        }
    }

    @Test func `a pause is announced by the user's own day`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let path = "/api/habits/\(habit)/pauses"
            // It is the 21st in Auckland, and the 20th in Honolulu.
            try await ada.move(to: "Pacific/Auckland")
            #expect(try await ada.post(path, pause("2026-11-20", "2026-11-25")).detail == "A pause begins today at the earliest")
            #expect(try await ada.post(path, pause("2026-11-21", "2026-11-25")).json["is_paused"] == true)
            try await ada.move(to: "Pacific/Honolulu")
            #expect(try await ada.get("/api/habits/\(habit)").json["is_paused"] == false)
            #expect(try await ada.get("/api/habits/today").json.count == 1)
            #expect(try await ada.post(path, pause("2026-11-20", "2026-11-20")).status == 201)
            #expect(try await ada.get("/api/habits/today").json.count == 0)
        }
    }

    @Test func `a streak lives through a pause over the change of the clock`() async throws {
        try await product { host, client in
            host.clock.set(try instant("2026-10-23T21:59:59Z"))
            let ada = try await client.registered("ada")
            // The 25th of October has 25 hours in Paris.
            try await ada.move(to: "Europe/Paris")
            let habit = try await ada.habit()
            #expect(try await ada.streak(completing: habit) == 1)
            #expect(try await ada.post("/api/habits/\(habit)/pauses", pause("2026-10-24", "2026-10-25")).status == 201)
            host.clock.set(try instant("2026-10-25T22:59:59Z"))
            #expect(try await ada.get("/api/habits/\(habit)").json["is_paused"] == true)
            host.clock.set(try instant("2026-10-25T23:00:00Z"))
            #expect(try await ada.get("/api/habits/\(habit)").json["is_paused"] == false)
            #expect(try await ada.streak(completing: habit) == 2)
        }
    }

    @Test func `a pause is ended early or given up, and its days that are over keep their effect`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let path = "/api/habits/\(habit)/pauses"
            #expect(try await ada.streak(completing: habit) == 1)
            #expect(try await ada.post(path, pause("2026-11-21", "2026-12-20")).status == 201)
            #expect(try await ada.post(path, pause("2026-12-24", "2026-12-26")).status == 201)
            try noon("2026-11-24", host)
            #expect(try await ada.delete("\(path)/2026-11-21").status == 204)
            #expect(try await ada.delete("\(path)/2026-12-24").status == 204)
            let shown = try await ada.get("/api/habits/\(habit)").json
            #expect(shown["pauses"] == [pause("2026-11-21", "2026-11-23")] && shown["is_paused"] == false)
            #expect(try await ada.delete("\(path)/2026-11-21").detail == "Pause not found")
            #expect(try await ada.streak(completing: habit) == 2)
        }
    }

    @Test func `what is no pause is refused, and so are habits of others`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let path = "/api/habits/\(habit)/pauses"
            #expect(try await ada.post(path, pause("2026-12-01", "2026-12-10")).status == 201)
            for (first, last, status) in [
                ("2026-11-19", "2026-11-25", 400), ("2026-11-25", "2026-11-24", 400), ("2027-11-21", "2027-11-22", 400),
                ("2026-12-20", "2027-12-21", 400), ("2026-12-10", "2026-12-11", 409), ("2026-02-30", "2026-12-11", 422),
            ] {
                #expect(try await ada.post(path, pause(first, last)).status == status, "\(first) \(last)")
            }
            #expect(try await ada.post(path, ["start_date": "2026-12-01"]).violations == ["body.end_date missing"])
            #expect(try await ada.delete("\(path)/tomorrow").status == 422)
            let eve = try await client.registered("eve")
            #expect(try await eve.post(path, pause("2026-12-20", "2026-12-21")).detail == "Habit not found")
            #expect(try await eve.delete("\(path)/2026-12-01").detail == "Habit not found")
            #expect(try await ada.get("/api/habits/\(habit)").json["pauses"]?.count == 1)
        }
    }
}
