import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// Habits over HTTP: what can be kept, changed, listed and removed.
struct HabitsTests {
    /// Every member of a habit: the contract's, then the ones that its clients read besides.
    private static let members = [
        "id", "user_id", "title", "description", "icon", "color", "category", "frequency", "specific_days", "times_per_week",
        "reminder_time", "base_xp", "base_coins", "is_active", "current_streak", "best_streak", "total_completions",
        "completed_today", "created_at", "updated_at", "difficulty", "xp_reward", "coin_reward", "is_archived", "positive",
        "negative", "target_value", "unit", "is_paused", "pauses",
    ]

    @Test func `a habit of which only the title is given has the documented defaults`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let answer = try await ada.post("/api/habits/", ["title": "Read"])
            #expect(answer.status == 201)
            let habit = answer.json
            #expect(habit.names == Self.members.sorted())
            let expected: JSONObject = [
                "title": "Read", "description": .null, "icon": "🎯", "color": "#6366f1", "category": "general",
                "frequency": "daily", "specific_days": .null, "times_per_week": .null, "reminder_time": .null, "base_xp": 10,
                "base_coins": 5, "xp_reward": 10, "coin_reward": 5, "difficulty": "easy", "is_active": true,
                "is_archived": false, "current_streak": 0, "best_streak": 0, "total_completions": 0, "completed_today": false,
                "positive": true, "negative": false, "target_value": .null, "unit": .null, "is_paused": false, "pauses": [],
                "created_at": "2026-11-20T12:00:00.000000Z", "updated_at": "2026-11-20T12:00:00.000000Z",
            ]
            for (name, value) in expected.members { #expect(habit[name] == value, "\(name)") }
            let me = try await ada.get("/api/users/me")
            #expect(habit["user_id"] == me.json["id"])
            // UUIDv7.
            let id = try #require(habit["id"]?.string)
            #expect(id.count == 36 && Array(id)[14] == "7")
        }
    }

    @Test func `every field is kept, changed and cleared, and what is left out stays`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let values: JSONObject = [
                "title": "Läufe 🏃", "description": "Before\n\"breakfast\" \\ ", "icon": "🏃", "color": "#00ff7F",
                "category": "sport",
                "frequency": "specific_days", "specific_days": ["monday", "friday"], "times_per_week": 4, "difficulty": "hard",
                "positive": false, "negative": true, "target_value": 5, "unit": "km", "reminder_time": "06:30:00",
            ]
            let id = try await ada.habit(values)
            let path = "/api/habits/\(id)"
            let kept = try await ada.get(path).json
            for (name, value) in values.members { #expect(kept[name] == value, "\(name)") }
            #expect(kept["base_xp"] == 20 && kept["base_coins"] == 10 && kept["xp_reward"] == 20 && kept["coin_reward"] == 10)

            host.clock.advance(by: .seconds(5))
            let changes: JSONObject = [
                "title": "Walk", "description": "Evening", "icon": "🚶", "color": "#123456", "category": "health",
                "frequency": "x_per_week", "specific_days": ["sunday"], "times_per_week": 7, "difficulty": "medium",
                "positive": true, "negative": false, "target_value": 9, "unit": "steps", "reminder_time": "21:00:00",
            ]
            for (name, value) in changes.members {
                let before = try await ada.get(path).json
                let answer = try await ada.put(path, .object([name: value]))
                #expect(answer.status == 200)
                #expect(answer.json[name] == value, "\(name)")
                for other in values.members.map(\.name) where other != name {
                    #expect(answer.json[other] == before[other], "\(other) changed with \(name)")
                }
            }
            let changed = try await ada.get(path).json
            #expect(changed["base_xp"] == 15 && changed["base_coins"] == 7)
            #expect(changed["created_at"] == kept["created_at"])
            #expect(changed["updated_at"] == "2026-11-20T12:00:05.000000Z")

            let cleared: JSONObject = [
                "description": .null, "specific_days": .null, "times_per_week": .null, "target_value": .null, "unit": .null,
                "reminder_time": .null, "title": .null, "color": .null, "frequency": .null,
            ]
            let answer = try await ada.put(path, .object(cleared))
            for name in ["description", "specific_days", "times_per_week", "target_value", "unit", "reminder_time"] {
                #expect(answer.json[name] == .null, "\(name)")
            }
            // What cannot be empty stays.
            #expect(
                answer.json["title"] == "Walk" && answer.json["color"] == "#123456" && answer.json["frequency"] == "x_per_week")
            #expect(try await ada.put(path, [:]).json == ada.get(path).json)
        }
    }

    @Test func `unknown fields and the rewards that a caller wishes for are ignored`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let answer = try await ada.post(
                "/api/habits/",
                [
                    "title": "Read", "base_xp": 100, "base_coins": 50, "user_id": "00000000-0000-7000-8000-000000000000",
                    "current_streak": 99, "total_completions": 99, "id": "x", "nonsense": [1, ["a": .null]],
                ])
            #expect(answer.status == 201)
            #expect(answer.json["base_xp"] == 10 && answer.json["base_coins"] == 5)
            #expect(answer.json["current_streak"] == 0 && answer.json["total_completions"] == 0)
            #expect(answer.json["nonsense"] == nil)
            #expect(try await ada.get("/api/habits/").json.count == 1)
        }
    }

    private static let wrongHabits: [(body: String, violations: [String])] = [
        (##"{}"##, ["body.title missing"]),
        (##"{"title": ""}"##, ["body.title string_too_short"]),
        (##"{"title": null}"##, ["body.title string_type"]),
        (##"{"title": 5}"##, ["body.title string_type"]),
        (##"{"title": "a\u0000b"}"##, ["body.title string_unicode"]),
        (
            ##"{"title": "a", "specific_days": ["monday", "tues\u0000"]}"##,
            ["body.specific_days.1 enum", "body.specific_days.1 string_unicode"]
        ),
        (##"{"title": "a", "description": 1}"##, ["body.description string_type"]),
        (##"{"title": "a", "color": "red"}"##, ["body.color string_pattern_mismatch"]),
        (##"{"title": "a", "color": "#12345"}"##, ["body.color string_pattern_mismatch"]),
        (##"{"title": "a", "color": "#123456\n"}"##, ["body.color string_pattern_mismatch"]),
        (##"{"title": "a", "icon": "12345678901"}"##, ["body.icon string_too_long"]),
        (##"{"title": "a", "frequency": "monthly"}"##, ["body.frequency enum"]),
        (
            ##"{"title": "a", "specific_days": ["noday", "monday", "x"]}"##,
            ["body.specific_days.0 enum", "body.specific_days.2 enum"]
        ),
        (##"{"title": "a", "specific_days": "monday"}"##, ["body.specific_days list_type"]),
        (##"{"title": "a", "times_per_week": 0}"##, ["body.times_per_week greater_than_equal"]),
        (##"{"title": "a", "times_per_week": 8}"##, ["body.times_per_week less_than_equal"]),
        (##"{"title": "a", "times_per_week": 2.5}"##, ["body.times_per_week int_from_float"]),
        (##"{"title": "a", "times_per_week": 99999999999999999999}"##, ["body.times_per_week int_parsing_size"]),
        (##"{"title": "a", "difficulty": "extreme"}"##, ["body.difficulty enum"]),
        (##"{"title": "a", "positive": 7}"##, ["body.positive bool_type"]),
        (##"{"title": "a", "target_value": 0}"##, ["body.target_value greater_than_equal"]),
        (
            ##"{"title": "a", "base_xp": 0, "base_coins": 51}"##,
            ["body.base_coins less_than_equal", "body.base_xp greater_than_equal"]
        ),
        (##"{"title": "a", "reminder_time": "25:00"}"##, ["body.reminder_time string_pattern_mismatch"]),
        (##"[]"##, ["body model_attributes_type"]),
        (##"null"##, ["body model_attributes_type"]),
        (##""title""##, ["body model_attributes_type"]),
        (
            ##"{"title": "", "color": "x", "frequency": 1, "times_per_week": 9, "difficulty": "z"}"##,
            [
                "body.color string_pattern_mismatch", "body.difficulty enum", "body.frequency enum",
                "body.times_per_week less_than_equal",
                "body.title string_too_short",
            ]
        ),
    ]

    @Test(arguments: wrongHabits)
    func `a wrong habit is refused with everything that is wrong at once`(body: String, violations: [String]) async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let answer = try await ada.send(.POST, "/api/habits/", body: Array(body.utf8))
            #expect(answer.status == 422)
            #expect(answer.violations == violations, "\(answer.body)")
            #expect(answer.json["request_id"]?.string == answer.headers.first(name: "X-Request-ID"))
            #expect(answer.detail?.hasPrefix("Invalid request") == true)
            // Nothing was stored.
            #expect(try await ada.get("/api/habits/").json.count == 0)
        }
    }

    @Test func `lengths are counted in characters as people write them down, up to and including the limit`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            func title(_ text: String) async throws -> Int { try await ada.post("/api/habits/", ["title": .string(text)]).status }
            #expect(try await title(String(repeating: "é", count: 100)) == 201)
            #expect(try await title(String(repeating: "𝕏", count: 100)) == 201)
            #expect(try await title(String(repeating: "a", count: 101)) == 422)
            let long = try await ada.post(
                "/api/habits/", ["title": "a", "description": .string(String(repeating: "x", count: 500_000))])
            #expect(long.status == 422)
            #expect(long.body.utf8.count < 1000)
        }
    }

    @Test func `a wrong change is refused whole`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let id = try await ada.habit()
            let before = try await ada.get("/api/habits/\(id)").json
            let answer = try await ada.put("/api/habits/\(id)", ["title": "New", "color": "red", "times_per_week": 8])
            #expect(answer.status == 422)
            #expect(answer.violations == ["body.color string_pattern_mismatch", "body.times_per_week less_than_equal"])
            #expect(try await ada.get("/api/habits/\(id)").json == before)
        }
    }

    @Test func `lists go by position, leave archived habits out unless asked, and filter by category`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            var ids: [String] = []
            for number in 0..<5 {
                ids.append(try await ada.habit(["title": .string("h\(number)"), "category": number % 2 == 0 ? "even" : "odd"]))
            }
            func titles(_ query: String) async throws -> [String?] {
                try await ada.get("/api/habits/\(query)").json.each("title").map { $0?.string }
            }
            #expect(try await titles("") == ["h0", "h1", "h2", "h3", "h4"])
            host.clock.advance(by: .seconds(1))
            let archived = try await ada.post("/api/habits/\(ids[1])/archive")
            #expect(archived.status == 200 && archived.json["is_active"] == false && archived.json["is_archived"] == true)
            #expect(archived.json["updated_at"] == "2026-11-20T12:00:01.000000Z")
            #expect(try await titles("") == ["h0", "h2", "h3", "h4"])
            #expect(try await titles("?include_archived=true") == ["h0", "h1", "h2", "h3", "h4"])
            #expect(try await titles("?category=odd") == ["h3"])
            #expect(try await titles("?category=odd&include_archived=1") == ["h1", "h3"])
            #expect(try await titles("?category=none%27%20OR%201=1--") == [])
            #expect(try await titles("?unknown=1&include_archived=false") == ["h0", "h2", "h3", "h4"])
            #expect(
                try await ada.get("/api/habits/?include_archived=maybe").violations == ["query.include_archived bool_parsing"])
            #expect(try await ada.get("/api/habits/today").json.count == 4)

            // Archiving again changes nothing; taking it back puts it where it was.
            host.clock.advance(by: .seconds(1))
            #expect(try await ada.post("/api/habits/\(ids[1])/archive").json == archived.json)
            #expect(try await ada.put("/api/habits/\(ids[1])", ["is_active": true]).json["is_archived"] == false)
            #expect(try await titles("") == ["h0", "h1", "h2", "h3", "h4"])
            // A new one after a deletion goes to the end.
            #expect(try await ada.delete("/api/habits/\(ids[0])").status == 204)
            _ = try await ada.habit(["title": "last"])
            #expect(try await titles("") == ["h1", "h2", "h3", "h4", "last"])
        }
    }

    @Test func `deleting a habit takes its completions with it and nothing else`() async throws {
        try await product { _, client in
            let ada = try await client.registered("ada")
            let gone = try await ada.habit()
            let stays = try await ada.habit()
            #expect(try await ada.complete(gone).status == 201)
            #expect(try await ada.complete(stays).status == 201)
            let answer = try await ada.delete("/api/habits/\(gone)")
            #expect(answer.status == 204 && answer.body.isEmpty)
            #expect(try await ada.get("/api/habits/\(gone)").detail == "Habit not found")
            #expect(try await ada.delete("/api/habits/\(gone)").status == 404)
            #expect(try await ada.get("/api/completions/history").json.each("habit_id") == [.string(stays)])
            #expect(try await ada.get("/api/habits/").json.count == 1)
        }
    }

    @Test func `today's list shows each frequency on its days with the progress of the week`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let daily = try await ada.habit(["title": "daily"])
            _ = try await ada.habit(["title": "weekly", "frequency": "weekly"])
            _ = try await ada.habit(
                ["title": "days", "frequency": "specific_days", "specific_days": ["friday", "wednesday"]])
            let often = try await ada.habit(["title": "often", "frequency": "x_per_week", "times_per_week": 4])
            func today() async throws -> [JSONValue] { try await ada.get("/api/habits/today").json.elements }
            func titles() async throws -> [String?] { try await today().map { $0["title"]?.string } }
            // Friday.
            #expect(try await titles() == ["daily", "days", "often"])
            for _ in 0..<2 {
                #expect(try await ada.complete(daily).status == 201)
                #expect(try await ada.complete(often).status == 201)
                host.clock.advance(by: .seconds(86_400))
            }
            // Sunday.
            let sunday = try await today()
            #expect(sunday.map { $0["title"]?.string } == ["daily", "often"])
            #expect(sunday.map { $0["week_completions"]?.int } == [2, 2])
            #expect(sunday.map { $0["week_target"]?.int } == [7, 4])
            #expect(sunday.map { $0["progress_percentage"]?.double } == [28.6, 50])
            #expect(sunday.map { $0["completed_today"]?.bool } == [false, false])
            // Monday: a new week.
            host.clock.advance(by: .seconds(86_400))
            #expect(try await titles() == ["daily", "weekly", "often"])
            #expect(try await today().map { $0["week_completions"]?.int } == [0, 0, 0])
            host.clock.advance(by: .seconds(2 * 86_400))
            #expect(try await titles() == ["daily", "days", "often"])
        }
    }

    @Test func `a user has as many habits as the operator allows`() async throws {
        try await product(plugins: ["habits": "settings = { habits_per_user = 2 }"]) { _, client in
            let ada = try await client.registered("ada")
            let bob = try await client.registered("bob")
            _ = try await ada.habit()
            let second = try await ada.habit()
            let third = try await ada.post("/api/habits/", ["title": "c"])
            #expect(third.status == 422)
            #expect(third.detail == "You can have at most 2 habits: delete one first")
            _ = try await bob.habit()
            #expect(try await ada.delete("/api/habits/\(second)").status == 204)
            _ = try await ada.habit()
        }
    }
}
