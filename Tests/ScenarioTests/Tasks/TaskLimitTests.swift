import HearthHost
import HearthJSON
import Testing

/// What tasks can bring a day, where the operator limits it.
struct TaskLimitTests {
    private static func run(_ limit: Int?, _ scenario: (TestHost, TestClient) async throws -> Void) async throws {
        let settings = limit.map { "[plugins.tasks.settings]\nxp_per_day = \($0)" } ?? ""
        try await product(plugins: ["tasks": settings, "rpg": ""]) { host, client in
            try await scenario(host, try await client.registered("ada"))
        }
    }

    @Test func `a day pays what is left of it, and the next one begins anew, by the user's own calendar`() async throws {
        try await Self.run(100) { host, ada in
            try await ada.move(to: "Pacific/Auckland")
            var ids: [String] = []
            for _ in 0..<5 { ids.append(try await ada.task()) }
            // It is one o'clock in the night of the 21st there.
            for (id, xp) in zip(ids, [35, 35, 30, 0]) {
                let done = try await ada.finish(id)
                #expect(done.json["xp_earned"]?.int == xp && done.json["coins_earned"]?.int == xp / 2)
            }
            // What is paid is paid: neither opening a task again nor deleting one gives anything back.
            #expect(try await ada.put("/api/tasks/\(ids[3])", ["status": "pending"]).status == 200)
            #expect(try await ada.delete("/api/tasks/\(ids[0])").status == 204)
            #expect(try await ada.finish(ids[3]).json["xp_earned"] == 0)
            host.clock.advance(by: .seconds(23 * 3600))
            #expect(try await ada.finish(ids[4]).json["xp_earned"] == 35)
            #expect(try await ada.put("/api/tasks/\(ids[3])", ["status": "pending"]).status == 200)
            #expect(try await ada.finish(ids[3]).json["xp_earned"] == 0)
        }
    }

    @Test func `a change of the time zone never begins a day that was paid, or one before it`() async throws {
        try await Self.run(100) { host, ada in
            // It is two o'clock in the night of the 21st in Kiritimati, and in that of the 20th in Honolulu.
            for (hours, zone, earned) in [
                (0, "Pacific/Kiritimati", [100, 0]), (0, "Pacific/Honolulu", [0, 0]), (0, "UTC", [0, 0]),
                (0, "Pacific/Kiritimati", [0, 0]),
                // The 21st in Honolulu, and the 22nd.
                (23, "Pacific/Honolulu", [0, 0]), (24, "Pacific/Honolulu", [100, 0]),
            ] {
                host.clock.advance(by: .seconds(hours * 3600))
                try await ada.move(to: zone)
                for xp in earned {
                    let id = try await ada.task(["difficulty": "epic"])
                    #expect(try await ada.finish(id).json["xp_earned"]?.int == xp, "\(zone)")
                }
            }
        }
    }

    @Test func `of many tasks that are completed at the same time it pays no more either`() async throws {
        try await Self.run(200) { _, ada in
            var ids: [String] = []
            for number in 0..<24 { ids.append(try await ada.task(["recurrence": number % 2 == 0 ? "daily" : .null])) }
            let tasks = ids
            let answers = try await together(tasks.count) { number in
                number % 3 == 0
                    ? try await ada.put("/api/tasks/\(tasks[number])", ["status": "completed"])
                    : try await ada.finish(tasks[number])
            }
            #expect(answers.allSatisfy { $0.status == 200 })
            let earned = answers.compactMap { $0.json["xp_earned"]?.int }.sorted()
            #expect(earned == Array(repeating: 0, count: 18) + [25] + Array(repeating: 35, count: 5))
        }
    }

    @Test func `one task that is worth more than a day brings a day, and with nothing nothing is paid`() async throws {
        for (limit, xp) in [(100, 100), (0, 0), (nil, 300)] {
            try await Self.run(limit) { _, ada in
                let id = try await ada.task(["difficulty": "legendary"])
                #expect(try await ada.finish(id).json["xp_earned"]?.int == xp)
            }
        }
    }

    @Test func `without a game nothing is taken from the day`() async throws {
        try await product(plugins: ["tasks": "[plugins.tasks.settings]\nxp_per_day = 100"]) { host, client in
            let ada = try await client.registered("ada")
            #expect(try await ada.finish(try await ada.task()).json["xp_earned"] == 0)
            #expect(try await host.sql("SELECT count(*) FROM tasks_days") == [["0"]])
        }
    }

    @Test func `days that are over everywhere are forgotten`() async throws {
        try await Self.run(100) { host, ada in
            #expect(try await ada.finish(try await ada.task()).status == 200)
            func days() async throws -> [[String]] { try await host.sql("SELECT xp FROM tasks_days") }
            // Nights in which the host cleans up: the first is of the day after.
            host.clock.advance(by: .seconds(16 * 3600))
            let admin = try await host.administrator("chief", ada)
            func nights() async throws -> Int {
                try await admin.get("/api/admin/jobs?kind=tasks.clean_up&state=completed").json["jobs"]?.count ?? 0
            }
            let first = try await eventually { try await nights() == 1 }
            #expect(first)
            #expect(try await days() == [["35"]])
            host.clock.advance(by: .seconds(24 * 3600))
            let second = try await eventually { try await days().isEmpty }
            #expect(second)
        }
    }
}
