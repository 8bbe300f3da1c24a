import HearthHost
import HearthJSON
import Testing

/// Requests that arrive together: each question has one answer, and the numbers are exact.
struct ConcurrencyTests {
    @Test(arguments: [2, 20])
    func `of simultaneous completions of one habit exactly one succeeds`(count: Int) async throws {
        try await product(plugins: ["habits": "", "progression": ""]) { host, client in
            let ada = try await client.registered("ada")
            for round in 1...3 {
                let habit = try await ada.habit()
                let answers = try await together(count) { _ in try await ada.complete(habit) }
                #expect(answers.count { $0.status == 201 } == 1)
                #expect(answers.count { $0.status == 400 && $0.detail == "Habit already completed today" } == count - 1)
                let shown = try await ada.get("/api/habits/\(habit)").json
                #expect(shown["total_completions"] == 1 && shown["current_streak"] == 1)
                #expect(try await ada.get("/api/habits/\(habit)/history").json.count == 1)
                // Rewarded once.
                #expect(try await ada.get("/api/auth/me").json["total_xp"]?.int == 10 * round)
            }
        }
    }

    @Test func `one user completes twenty habits at once, and every counter is exact`() async throws {
        try await product(plugins: ["habits": "", "progression": ""]) { host, client in
            let ada = try await client.registered("ada")
            var habits: [String] = []
            for number in 0..<20 { habits.append(try await ada.habit(["title": .string("h\(number)")])) }
            let answers = try await together(20) { [habits] in try await ada.complete(habits[$0]) }
            #expect(answers.allSatisfy { $0.status == 201 })
            #expect(answers.reduce(0) { $0 + ($1.json["xp_earned"]?.int ?? 0) } == 200)
            let me = try await ada.get("/api/auth/me").json
            #expect(me["total_xp"] == 200 && me["coins"] == 100 && me["current_streak"] == 1)
            let list = try await ada.get("/api/habits/").json
            #expect(list.each("total_completions").allSatisfy { $0 == 1 })
            #expect(try await ada.get("/api/completions/summary?days=1").json[0]?["habits_completed"] == 20)
            #expect(try await ada.get("/api/completions/history").json.count == 20)
        }
    }

    @Test func `of simultaneous undos of one completion exactly one succeeds`() async throws {
        try await product(plugins: ["habits": "", "progression": ""]) { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status == 201)
            host.clock.advance(by: .seconds(86_400))
            let id = try #require(try await ada.complete(habit).json["id"]?.string)
            let answers = try await together(10) { _ in try await ada.delete("/api/completions/\(id)") }
            #expect(answers.count { $0.status == 204 } == 1)
            #expect(answers.count { $0.status == 404 } == 9)
            let shown = try await ada.get("/api/habits/\(habit)").json
            #expect(shown["total_completions"] == 1 && shown["current_streak"] == 1)
            #expect(try await ada.get("/api/auth/me").json["total_xp"] == 10)
        }
    }

    @Test func `completing and undoing at the same time leaves counters that fit what is stored`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let answers = try await together(40) { number in
                if number % 2 == 0 { return try await ada.complete(habit) }
                let id = try await ada.get("/api/completions/today").json[0]?["id"]?.string
                return try await ada.delete("/api/completions/\(id ?? "0198f0a0-0000-7000-8000-000000000000")")
            }
            #expect(answers.allSatisfy { [201, 204, 400, 404].contains($0.status) })
            let left = try await ada.get("/api/habits/\(habit)/history").json.count
            #expect(left == answers.count { $0.status == 201 } - answers.count { $0.status == 204 })
            let shown = try await ada.get("/api/habits/\(habit)").json
            #expect(shown["total_completions"]?.int == left && shown["completed_today"]?.bool == (left == 1))
        }
    }

    @Test func `deleting a habit while it is completed fails nobody in an unforeseen way`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            for _ in 0..<5 {
                let habit = try await ada.habit()
                let answers = try await together(10) { number in
                    number == 5 ? try await ada.delete("/api/habits/\(habit)") : try await ada.complete(habit)
                }
                #expect(answers.allSatisfy { [201, 204, 400, 404].contains($0.status) })
                #expect(try await ada.get("/api/completions/history").json == [])
            }
        }
    }

    @Test func `backfills of one day at once enter it once`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let answers = try await together(10) { _ in
                try await ada.post(
                    "/api/completions/backfill", ["habit_id": .string(habit), "completed_date": "2026-11-18"])
            }
            #expect(answers.count { $0.status == 201 } == 1)
            #expect(answers.count { $0.detail == "Habit already completed on 2026-11-18" } == 9)
            #expect(try await ada.get("/api/habits/\(habit)").json["total_completions"] == 1)
        }
    }

    @Test func `of ten registrations with one e-mail address one succeeds, and so with one username`() async throws {
        try await product { host, client in
            for (member, detail) in [("email", "Email already registered"), ("username", "Username already taken")] {
                let answers = try await together(10) { number in
                    let name = "\(member)\(number)"
                    var body: JSONObject = [
                        "email": .string("\(name)@example.com"), "username": .string(name), "password": "SecurePass1",
                    ]
                    body[member] = member == "email" ? "same@example.com" : "same"
                    return try await client.post("/api/auth/register", .object(body))
                }
                #expect(answers.count { $0.status == 201 } == 1, "\(member)")
                #expect(answers.count { $0.status == 409 && $0.detail == detail } == 9, "\(member)")
            }
        }
    }

    @Test func `two hosts on one database complete a habit once`() async throws {
        let first = try await TestHost.start()
        let second = try await TestHost.start(dataFolder: first.dataFolder, clock: first.clock)
        var ada = try await TestClient(first).registered("ada")
        ada.refusesFailures = true
        var there = TestClient(second, token: ada.token)
        there.refusesFailures = true
        let (here, other) = (ada, there)
        let habit = try await ada.habit()
        let answers = try await together(10) { try await ($0 % 2 == 0 ? here : other).complete(habit) }
        #expect(answers.count { $0.status == 201 } == 1)
        #expect(answers.count { $0.status == 400 } == 9)
        try await first.stop()
        try await second.stop()
    }
}
