import HearthHost
import HearthJSON
import Testing

/// Statistics of what users have brought along from elsewhere.
struct StatisticsImportTests {
    /// A file of daily habits that exist since a day, with their completions.
    private struct File {
        private var habits: [JSONValue] = []
        private var completions: [JSONValue] = []
        /// When the habits were created.
        let first: String

        init(since first: String) { self.first = first }

        /// An identifier that is the same in each run.
        static func id(_ kind: Int, _ number: Int) -> String {
            let text = "\(number)"
            return "019a0f5e-6a0\(kind)-7000-8000-" + String(repeating: "0", count: 12 - text.count) + text
        }

        mutating func add(habit: Int, completed days: [(day: String, mood: Int?)]) {
            habits.append([
                "id": .string(Self.id(0, habit)), "title": "Read", "created_at": .string("\(first)T00:00:00Z"),
            ])
            for (day, mood) in days {
                completions.append([
                    "id": .string(Self.id(1, completions.count)), "habit_id": .string(Self.id(0, habit)),
                    "completed_date": .string(day), "mood_rating": mood.map { .integer(Int64($0)) } ?? .null,
                    "xp_earned": 100, "coins_earned": 50,
                ])
            }
        }

        var json: JSONValue { ["habits": .array(habits), "completions": .array(completions)] }
    }

    /// Days in a row.
    private static func days(from first: String, count: Int) throws -> [String] {
        let start = Int32(try instant("\(first)T00:00:00Z") / 86_400_000_000)
        return (0..<Int32(count)).map { offset in
            var json = JSONWriter()
            json.date(start + offset)
            return json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
        }
    }

    private static func total(_ client: TestClient) async throws -> Int? {
        try await client.get("/api/stats/overview?time_range=all_time").json["total_completions"]?.int
    }

    private static func counted(_ completions: Int, _ client: TestClient) async throws {
        var total: Int?
        let isCounted = try await eventually {
            total = try await Self.total(client)
            return total == completions
        }
        #expect(isCounted, "\(total ?? -1)")
    }

    @Test func `what is imported counts on its own days, with moods, beside what was done here`() async throws {
        try await product(plugins: ["habits": "", "social": "", "stats": ""]) { host, client in
            let ada = try await client.registered("ada")
            let own = try await ada.habit()
            #expect(try await ada.complete(own).status == 201)
            try await Self.counted(1, ada)

            var file = File(since: "2026-11-11")
            file.add(habit: 1, completed: [("2026-11-11", 2), ("2026-11-12", 5), ("2026-11-18", nil)])
            file.add(habit: 2, completed: [("2026-11-12", 4)])
            #expect(try await ada.post("/api/habits/import", file.json).status == 200)
            try await Self.counted(5, ada)
            var days = try await ada.get("/api/stats/calendar?year=2026&month=11").json["days"]?.elements ?? []
            #expect(days[9...12].map { $0["habits_completed"] } == [0, 1, 2, 0])
            #expect(days[9...12].map { $0["habits_scheduled"] } == [0, 2, 2, 2])
            #expect(days[9...12].map { $0["completion_rate"]?.double } == [0, 50, 100, 0])
            #expect(days[9...12].map { $0["mood_average"]?.double } == [nil, 2, 4.5, nil])
            // Nothing was earned with it.
            #expect(days[9...12].map { $0["total_xp"] } == [0, 0, 0, 0])
            #expect(days[19]["habits_completed"] == 1 && days[19]["habits_scheduled"] == 3)
            let stats = try await ada.get("/api/stats/habits?time_range=all_time").json.elements
            let first = try #require(stats.first { $0["habit_id"]?.string == File.id(0, 1) })
            #expect(first["total_completions"] == 3 && first["average_mood"]?.double == 3.5)
            #expect(first["completion_rate"] == .number(30))
            // Ten days, with 50, 100, 0, 0, 0, 0, 0, 50, 0 and 33 percent: those on which nothing was done count, too.
            var score: JSONValue?
            let isRanked = try await eventually {
                score = try await ada.get("/api/leaderboard/completion").json["entries"]?[0]?["score"]
                return score == 23
            }
            #expect(isRanked, "\(score?.text ?? "")")

            // One that is undone counts no more, whatever else is imported later, unless it comes back itself.
            #expect(try await ada.delete("/api/completions/\(File.id(1, 3))").status == 204)
            try await Self.counted(4, ada)
            var more = File(since: "2026-11-11")
            more.add(habit: 3, completed: [("2026-11-20", 1)])
            #expect(try await ada.post("/api/habits/import", more.json).status == 200)
            // Its only completion has the id of one that is there.
            #expect(try await ada.get("/api/completions/history").json.count == 4)
            host.clock.advance(by: .seconds(1))
            var third = File(since: "2026-11-11")
            third.add(habit: 4, completed: [("2026-10-01", nil), ("2026-10-02", nil), ("2026-10-03", nil), ("2026-10-04", 3)])
            #expect(try await ada.post("/api/habits/import", third.json).status == 200)
            try await Self.counted(5, ada)
            days = try await ada.get("/api/stats/calendar?year=2026&month=11").json["days"]?.elements ?? []
            #expect(days[11]["habits_completed"] == 1 && days[11]["mood_average"]?.double == 5)
        }
    }

    @Test func `a long history is imported as a whole, and counted page by page`() async throws {
        try await product(plugins: ["habits": "", "stats": ""]) { _, client in
            let ada = try await client.registered("ada")
            let days = try Self.days(from: "2022-01-01", count: 1_500).map { (day: $0, mood: Int?.none) }
            var file = File(since: "2022-01-01")
            for habit in 0..<2 { file.add(habit: habit, completed: days) }
            let answer = try await ada.post("/api/habits/import", file.json)
            #expect(answer.status == 200 && answer.json["completions"]?["created"] == 3_000, "\(answer.body)")
            try await Self.counted(3_000, ada)
            let overview = try await ada.get("/api/stats/overview?time_range=all_time").json
            #expect(overview["perfect_days"] == 1_500 && overview["days_with_activity"] == 1_500)
        }
    }
}
