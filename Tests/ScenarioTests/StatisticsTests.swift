import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// What users have done day by day: counted from events, within moments, on the days that the events name.
struct StatisticsTests {
    /// The day of a calendar of statistics that shows a month.
    private static func day(
        _ number: Int, of month: String = "year=2026&month=11", _ client: TestClient
    ) async throws -> JSONValue {
        try await client.get("/api/stats/calendar?\(month)").json["days"]?[number - 1] ?? .null
    }

    /// Waits until so many completions are counted, over all time.
    private static func counted(_ completions: Int, _ client: TestClient) async throws {
        let isCounted = try await eventually {
            try await client.get("/api/stats/overview?time_range=all_time").json["total_completions"]?.int == completions
        }
        #expect(isCounted)
    }

    @Test func `what is completed counts for its own day, and no more when it is undone`() async throws {
        try await product(plugins: ["habits": "", "progression": "", "stats": ""]) { host, client in
            let ada = try await client.registered("ada")
            let (read, run) = (try await ada.habit(["title": "Read"]), try await ada.habit(["title": "Run"]))
            let today = try await ada.complete(read)
            let late = try await ada.post(
                "/api/completions/backfill", ["habit_id": .string(read), "completed_date": "2026-11-18"])
            #expect(today.status == 201 && late.status == 201)
            try await Self.counted(2, ada)
            let (xp, lateXP) = (today.json["xp_earned"]?.int ?? 0, late.json["xp_earned"]?.int ?? 0)
            #expect(xp > 0 && lateXP > 0)

            let overview = try await ada.get("/api/stats/overview").json
            #expect(
                overview["time_range"] == "week" && overview["start_date"] == "2026-11-16" && overview["end_date"] == "2026-11-20"
            )
            #expect(overview["total_xp_earned"]?.int == xp + lateXP && overview["xp_this_week"]?.int == xp + lateXP)
            #expect(overview["total_habits"] == 2 && overview["completed_today"] == 1 && overview["days_with_activity"] == 2)
            // On Wednesday nothing was due yet.
            #expect(overview["overall_completion_rate"] == .number(50) && overview["completion_rate"] == .number(50))
            #expect(overview["best_habit"]?["habit_id"]?.string == read && overview["best_habit"]?["title"] == "Read")
            #expect(overview["most_completed_habit"]?["total_completions"] == 2)
            #expect(try await ada.get("/api/stats/overview?time_range=today").json["total_completions"] == 1)

            let friday = try await Self.day(20, ada)
            #expect(friday["day_date"] == "2026-11-20" && friday["habits_completed"] == 1 && friday["habits_scheduled"] == 2)
            #expect(friday["completion_rate"] == .number(50) && friday["total_xp"]?.int == xp)
            let wednesday = try await Self.day(18, ada)
            #expect(wednesday["habits_completed"] == 1 && wednesday["habits_scheduled"] == 0)
            #expect(wednesday["total_xp"]?.int == lateXP)
            // Of days to come it is known what will be due.
            #expect(try await Self.day(30, ada)["habits_scheduled"] == 2)

            let habits = try await ada.get("/api/stats/habits").json
            #expect(habits.each("habit_id") == [.string(read), .string(run)] && habits.each("total_completions") == [2, 0])
            let days = try await ada.get("/api/stats/trends?days=3").json
            #expect(days.each("date") == ["2026-11-18", "2026-11-19", "2026-11-20"])
            #expect(days.each("completions") == [1, 0, 1])
            let trends = try await ada.get("/api/stats/trends").json
            #expect(trends["current_week"]?["start"] == "2026-11-16" && trends["current_week"]?["completions"] == 2)
            #expect(trends["trends"]?["completions_delta"] == .number(100) && trends["trends"]?["improving"] == true)

            let id = try #require(today.json["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
            try await Self.counted(1, ada)
            #expect(try await ada.get("/api/stats/overview").json["total_xp_earned"]?.int == lateXP)
            #expect(try await Self.day(20, ada)["habits_completed"] == 0)
            #expect(try await Self.day(18, ada)["habits_completed"] == 1)
            // Nobody else's days have changed.
            let eve = try await client.registered("eve")
            #expect(try await eve.get("/api/stats/overview?time_range=all_time").json["total_completions"] == 0)
            #expect(try await eve.get("/api/stats/habits").json == [])
        }
    }

    @Test func `moods are averaged over the completions that have one, by day and by habit`() async throws {
        try await product(plugins: ["habits": "", "stats": ""]) { _, client in
            let ada = try await client.registered("ada")
            var completions: [TestClient.Answer] = []
            let habits = [try await ada.habit(), try await ada.habit(), try await ada.habit()]
            for (habit, mood) in zip(habits, [5, 2, .null] as [JSONValue]) {
                completions.append(try await ada.post("/api/completions/", ["habit_id": .string(habit), "mood_rating": mood]))
            }
            let late: JSONValue = ["habit_id": .string(habits[0]), "completed_date": "2026-11-19"]
            completions.append(try await ada.post("/api/completions/backfill", late))
            #expect(completions.map(\.status) == [201, 201, 201, 201])
            try await Self.counted(4, ada)
            func moods() async throws -> [String: Double] {
                let stats = try await ada.get("/api/stats/habits").json.elements
                return Dictionary(
                    uniqueKeysWithValues: stats.compactMap { stat in
                        stat["average_mood"]?.double.map { (stat["habit_id"]?.string ?? "", $0) }
                    })
            }
            #expect(try await Self.day(20, ada)["mood_average"]?.double == 3.5)
            #expect(try await Self.day(19, ada)["mood_average"] == .null)
            #expect(try await moods() == [habits[0]: 5, habits[1]: 2])
            let id = try #require(completions[1].json["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
            try await Self.counted(3, ada)
            #expect(try await Self.day(20, ada)["mood_average"]?.double == 5)
            #expect(try await moods()[habits[1]] == nil)
        }
    }

    @Test func `a day is kept as it was when it ended, at the user's own midnight, also when the clocks change`() async throws {
        try await product(plugins: ["habits": "", "stats": ""]) { host, client in
            func closings(_ admin: TestClient) async throws -> Int {
                try await admin.get("/api/admin/jobs?kind=stats.aggregate_daily_stats&state=completed").json["jobs"]?.count ?? 0
            }
            // 23:00 in Paris; the day after has 25 hours.
            host.clock.set(try instant("2026-10-24T21:00:00Z"))
            let marie = try await client.registered("marie")
            try await marie.move(to: "Europe/Paris")
            let admin = try await host.administrator("root", client)
            host.clock.advance(by: .seconds(61))
            let isKnown = try await eventually {
                try await admin.get("/api/admin/schedules").json["schedules"]?.elements.contains {
                    $0.text.contains("stats.aggregate_daily_stats") && $0.text.contains("Europe/Paris")
                } ?? false
            }
            #expect(isKnown)
            let (first, second) = (try await marie.habit(["title": "A"]), try await marie.habit(["title": "B"]))
            #expect(try await marie.complete(first).json["completed_date"] == "2026-10-24")
            try await Self.counted(1, marie)

            host.clock.set(try instant("2026-10-24T22:30:00Z"))
            #expect(try await eventually { try await closings(admin) >= 1 })
            for habit in [first, second] { #expect(try await marie.complete(habit).json["completed_date"] == "2026-10-25") }
            // An hour before that day ends.
            host.clock.set(try instant("2026-10-25T22:00:00Z"))
            let third = try await marie.habit(["title": "C"])
            #expect(try await marie.complete(third).json["completed_date"] == "2026-10-25")
            try await Self.counted(4, marie)
            host.clock.set(try instant("2026-10-25T23:00:30Z"))
            #expect(try await eventually { try await closings(admin) >= 3 })
            // And a day on which nothing is done.
            host.clock.set(try instant("2026-10-26T23:00:30Z"))
            #expect(try await eventually { try await closings(admin) >= 5 })

            #expect(try await marie.delete("/api/habits/\(second)").status == 204)
            #expect(try await marie.post("/api/habits/\(third)/archive").status == 200)
            let days = try await marie.get("/api/stats/calendar?year=2026&month=10").json["days"]?.elements ?? []
            #expect(days[22...27].map { $0["habits_scheduled"] } == [0, 2, 3, 3, 1, 1])
            #expect(days[22...27].map { $0["habits_completed"] } == [0, 1, 3, 0, 0, 0])
            #expect(days[22...27].map { $0["completion_rate"]?.double } == [0, 50, 100, 0, 0, 0])
            #expect(days[22...27].map { $0["is_perfect_day"] } == [false, false, true, false, false, false])
            // What is entered late counts for its day, which is no more than whole.
            let late: JSONValue = ["habit_id": .string(first), "completed_date": "2026-10-26"]
            #expect(try await marie.post("/api/completions/backfill", late).status == 201)
            try await Self.counted(5, marie)
            let monday = try await Self.day(26, of: "year=2026&month=10", marie)
            #expect(monday["habits_completed"] == 1 && monday["completion_rate"] == .number(33.33))
        }
    }

    @Test func `without those who know, there is nothing, and nothing fails`() async throws {
        try await product(plugins: ["stats": ""]) { _, client in
            let ada = try await client.registered("ada")
            for range in ["today", "week", "month", "year", "all_time"] {
                let overview = try await ada.get("/api/stats/overview?time_range=\(range)").json
                #expect(overview["total_completions"] == 0 && overview["overall_completion_rate"] == .number(0), "\(range)")
                #expect(overview["current_streak"] == 0 && overview["best_habit"] == .null && overview["xp_trend"] == .number(0))
            }
            let calendar = try await ada.get("/api/stats/calendar").json
            #expect(calendar["days"]?.count == 30 && calendar["month"] == 11 && calendar["total_xp"] == 0)
            #expect(try await ada.get("/api/stats/habits").json == [])
            #expect(try await ada.get("/api/stats/trends").json["current_week"]?["completions"] == 0)
            #expect(try await ada.get("/api/stats/trends?days=7").json.elements.count == 7)
            #expect(try await ada.get("/api/stats/insights").json["insights"] == [])
            let export = try await ada.get("/api/stats/export").json
            #expect(export["daily_stats"] == [] && export["completions"] == [] && export["habits"] == [])
            #expect(export["user"] == ["username": "ada", "level": 1, "total_xp": 0, "current_streak": 0, "best_streak": 0])
            #expect(try await ada.get("/api/stats/export?format=csv").body.split(separator: "\r\n").count == 1)

            #expect(try await client.get("/api/stats/overview").status == 401)
            for (path, violation) in [
                ("overview?time_range=decade", "query.time_range enum"), ("calendar?month=13", "query.month less_than_equal"),
                ("calendar?year=2019", "query.year greater_than_equal"), ("calendar?year=x", "query.year int_parsing"),
                ("trends?days=0", "query.days greater_than_equal"), ("export?format=xml", "query.format enum"),
            ] {
                let answer = try await ada.get("/api/stats/\(path)")
                #expect(answer.status == 422 && answer.violations == [violation], "\(path): \(answer.body)")
            }
            #expect(try await ada.get("/api/stats/calendar?year=9999&month=12").json["days"]?.count == 31)
        }
    }

    @Test func `insights name habits and keep their ids`() async throws {
        try await product(plugins: ["habits": "", "stats": ""]) { _, client in
            let ada = try await client.registered("ada")
            let habits = [try await ada.habit(), try await ada.habit(), try await ada.habit()]
            let insights = try await ada.get("/api/stats/insights").json
            func titles(_ headers: HTTPHeaders = [:]) async throws -> [JSONValue?]? {
                try await ada.send(.GET, "/api/stats/insights", headers: headers).json["insights"]?.each("title")
            }
            let english: [JSONValue] = ["Less may be more", "A habit is waiting", "A habit is waiting"]
            #expect(try await titles()?.first == "Moins, c’est parfois mieux")
            #expect(try await titles(["Accept-Language": "en-GB, fr;q=0.8"]) == english)
            #expect(try await ada.put("/api/users/me", ["language": "en"]).status == 200)
            #expect(try await titles() == english)
            #expect(try await titles(["Accept-Language": "fr"])?.first == "Moins, c’est parfois mieux")
            #expect(try await ada.put("/api/users/me", ["language": "fr"]).status == 200)
            #expect(insights["insights"]?.each("category") == ["suggestion", "warning", "warning"])
            #expect(insights["insights"]?.each("related_habit_id") == [.null, .string(habits[0]), .string(habits[1])])
            #expect(insights["unread_count"] == 3)
            #expect(try await ada.get("/api/stats/insights").json["insights"] == insights["insights"])
            for habit in habits { #expect(try await ada.complete(habit).status == 201) }
            try await Self.counted(3, ada)
            #expect(try await ada.get("/api/stats/insights").json["insights"]?.each("title") == ["Une bonne semaine"])
        }
    }

    @Test func `an export has everything, page after page`() async throws {
        try await product(plugins: ["habits": "", "stats": ""]) { _, client in
            let ada = try await client.registered("ada")
            // More than a page of completions, over thirty days and today.
            var habits: [String] = []
            for number in 0..<7 { habits.append(try await ada.habit(["title": .string("Habit \(number), \"quoted\"")])) }
            let dates = (21...31).map { "2026-10-\($0)" } + (1...20).map { "2026-11-\($0 < 10 ? "0" : "")\($0)" }
            let all = habits.flatMap { habit in dates.map { (habit, $0) } }
            for date in dates {
                let answers = try await together(habits.count) { [habits] number in
                    try await ada.post(
                        "/api/completions/backfill",
                        ["habit_id": .string(habits[number]), "completed_date": .string(date)])
                }
                #expect(answers.map(\.status) == habits.map { _ in 201 })
            }
            try await Self.counted(all.count, ada)

            let answer = try await ada.get("/api/stats/export")
            #expect(answer.headers.first(name: "Content-Type")?.hasPrefix("application/json") == true)
            #expect(
                answer.headers.first(name: "Content-Disposition") == #"attachment; filename="statistics-2026-11-20.json""#)
            let export = answer.json
            #expect(export["time_range"] == ["start": "2020-01-01", "end": "2026-11-20"])
            #expect(export["habits"]?.each("id") == habits.map { .string($0) })
            #expect(export["daily_stats"]?.each("date") == dates.map { .string($0) })
            #expect(export["daily_stats"]?.each("habits_completed") == dates.map { _ in 7 })
            let completions = export["completions"]?.elements ?? []
            #expect(completions.map { $0["completed_date"]?.string } == all.map(\.1).sorted())
            #expect(
                Set(completions.map { "\($0["habit_id"]?.string ?? "") \($0["completed_date"]?.string ?? "")" }).count
                    == all.count)

            let csv = try await ada.get("/api/stats/export?format=csv&time_range=week")
            #expect(csv.headers.first(name: "Content-Type") == "text/csv; charset=utf-8")
            #expect(
                csv.body.split(separator: "\r\n").map(String.init) == [
                    "date,habits_completed,habits_total,completion_rate,tasks_completed,xp_earned,coins_earned,coins_spent",
                    "2026-11-16,7,0,0.0,0,0,0,0", "2026-11-17,7,0,0.0,0,0,0,0", "2026-11-18,7,0,0.0,0,0,0,0",
                    "2026-11-19,7,0,0.0,0,0,0,0", "2026-11-20,7,7,100.0,0,0,0,0",
                ])
        }
    }

    @Test func `reading needs the same statements with one habit and with thirty`() async throws {
        try await product(plugins: ["habits": "", "stats": ""]) { host, client in
            let ada = try await client.registered("ada")
            #expect(try await ada.complete(ada.habit()).status == 201)
            try await Self.counted(1, ada)
            let paths = [
                "overview", "overview?time_range=all_time", "calendar", "habits", "trends", "insights", "export",
                "export?format=csv",
            ]
            func counts() async throws -> [String: Int] {
                try await host.statements(reading: paths, below: "/api/stats/", by: ada)
            }
            let few = try await counts()
            for _ in 1..<30 { #expect(try await ada.complete(ada.habit()).status == 201) }
            try await Self.counted(30, ada)
            #expect(try await counts() == few)
            #expect(
                few == [
                    "overview": 4, "overview?time_range=all_time": 4, "calendar": 2, "habits": 2, "trends": 2, "insights": 3,
                    "export": 5, "export?format=csv": 2,
                ])
        }
    }
}
