import HearthHost
import HearthJSON
import TestServers
import Testing

/// What the game tells others: events, notifications, where users stand.
struct RPGTellingTests {
    private func told(_ who: String, _ client: TestClient) async throws -> [JSONValue] {
        try await client.get("/api/game-partners/told").json[who]?.elements ?? []
    }

    private func play(_ scenario: (TestHost, TestClient) async throws -> Void) async throws {
        try await product(plugins: ["habits": "", "rpg": "", "game-partners": ""]) { host, client in
            try await scenario(host, try await client.registered("ada"))
        }
    }

    @Test func `a level and a badge are told once, with the reward in the words of the user's language`() async throws {
        try await play { _, ada in
            for number in 0..<20 {
                let habit = try await ada.habit(["title": .string("h\(number)"), "difficulty": "hard"])
                #expect(try await ada.complete(habit).status == 201)
            }
            let notifications = try await told("notifications", ada)
            let levels = notifications.filter { $0["kind"] == "level_up" }
            #expect(levels.count == 1 && levels.first?["key"] == "level_up:2")
            #expect(levels.first?["title"]?["fr"] == "Niveau 2 !")
            #expect(levels.first?["body"]?["en"] == "It brings 2 stat points to give.")
            let badges = notifications.filter { $0["kind"] == "badge_unlocked" }.map { $0["data"]?["code"]?.string ?? "" }
            #expect(Set(badges).count == badges.count && badges.first == "first_habit" && badges.contains("completions_10"))
            let isTold = try await eventually { try await self.told("level.reached/1", ada).count == 1 }
            #expect(isTold)
            let event = try await told("level.reached/1", ada).first
            #expect(event?["level"] == 2)
        }
    }

    @Test func `coins that are spent are told with the reason and the user's own day`() async throws {
        try await play { host, ada in
            for number in 0..<15 {
                let habit = try await ada.habit(["title": .string("h\(number)"), "difficulty": "hard"])
                #expect(try await ada.complete(habit).status == 201)
            }
            // Already Saturday.
            try await ada.move(to: "Pacific/Auckland")
            let items = try await ada.get("/api/shop/items?max_price=50").json["items"]?.elements ?? []
            let item = try #require(items.first)
            #expect(try await ada.post("/api/shop/buy/\(item["id"]?.string ?? "")").status == 200)
            #expect(try await ada.post("/api/streak/freeze").json["was_free"] == true)
            host.clock.advance(by: .seconds(86_401))
            #expect(try await ada.post("/api/streak/freeze").json["coins_spent"] == 50)
            let isTold = try await eventually { try await self.told("coins.spent/1", ada).count == 2 }
            #expect(isTold)
            let spent = try await told("coins.spent/1", ada)
            #expect(spent.map { $0["reason"] } == ["shop", "freeze"] && spent.map { $0["coins"] } == [item["price"], 50])
            #expect(spent.map { $0["local_date"] } == ["2026-11-21", "2026-11-22"])
            let entries = try await ada.get("/api/characters/me/ledger?limit=100").json.elements
            #expect(entries.count { $0["to_account"] == "shop" || $0["to_account"] == "freezes" } == 2)
            #expect(Set(spent.compactMap { $0["entry_id"]?.string }).count == 2)
        }
    }

    @Test func `who begins to listen is told what was spent before`() async throws {
        let first = try await TestHost.start(plugins: ["habits": "", "rpg": ""])
        let ada = try await TestClient(first).registered("ada")
        for number in 0..<5 {
            let habit = try await ada.habit(["title": .string("h\(number)"), "difficulty": "hard"])
            #expect(try await ada.complete(habit).status == 201)
        }
        let items = try await ada.get("/api/shop/items?max_price=50").json["items"]?.elements ?? []
        let item = try #require(items.first)
        #expect(try await ada.post("/api/shop/buy/\(item["id"]?.string ?? "")").status == 200)
        try await first.stop()
        let second = try await TestHost.start(
            plugins: ["habits": "", "rpg": "", "game-partners": ""], dataFolder: first.dataFolder, clock: first.clock)
        // New subscribers are told the past when no transaction of before can be open any more.
        second.clock.advance(by: .seconds(36))
        let client = TestClient(second)
        let isTold = try await eventually { try await self.told("coins.spent/1", client).count == 1 }
        #expect(isTold)
        let spent = try await told("coins.spent/1", client).first
        #expect(spent?["coins"] == item["price"] && spent?["reason"] == "shop" && spent?["local_date"] == "2026-11-20")
        try await second.stop()
        try await TestDatabase.drop(for: second.dataFolder)
    }

    @Test func `whose streak ends today is warned in his own evening, and nobody else`() async throws {
        try await play { host, ada in
            try await ada.move(to: "Europe/Paris")
            let grace = try await TestClient(host).registered("grace")
            let (habit, other) = (try await ada.habit(), try await grace.habit())
            for _ in 0..<3 {
                for (client, habit) in [(ada, habit), (grace, other)] { #expect(try await client.complete(habit).status == 201) }
                host.clock.advance(by: .seconds(86_400))
            }
            // The fourth day: Grace has done it, Ada has not.
            #expect(try await grace.complete(other).status == 201)
            func warnings() async throws -> [JSONValue] {
                try await told("notifications", ada).filter { $0["kind"] == "streak_warning" }
            }
            let admin = try await host.administrator("root", TestClient(host))
            let noon = host.clock.now
            // Zones are looked for each minute.
            host.clock.advance(by: .seconds(61))
            let isKnown = try await eventually { try await admin.get("/api/admin/schedules").body.contains("Europe/Paris") }
            #expect(isKnown)
            host.clock.set(noon + 7 * 3_600_000_000)  // 20:00 in Paris
            let isWarned = try await eventually { try await warnings().count == 1 }
            #expect(isWarned)
            let warning = try #require(try await warnings().first)
            let me = try await ada.get("/api/auth/me").json
            #expect(warning["user_id"] == me["id"] && warning["key"] == "streak_warning:2026-11-23")
            #expect(warning["body"]?["en"] == "Complete a habit before midnight to keep your 3-day streak.")
            // In UTC, where the others live, the evening comes later, and they have done what they had to.
            func looks() async throws -> Int {
                try await admin.get("/api/admin/jobs?kind=rpg.warn_of_streaks&state=completed").json["jobs"]?.count ?? 0
            }
            let before = try await looks()
            host.clock.set(noon + 8 * 3_600_000_000)
            let haveLooked = try await eventually { try await looks() > before }
            #expect(haveLooked)
            #expect(try await warnings().count == 1)
        }
    }

    @Test func `other plugins are told where users stand`() async throws {
        try await play { host, ada in
            let id = try #require(try await ada.get("/api/auth/me").json["id"]?.string)
            #expect(try await ada.complete(try await ada.habit(["difficulty": "hard"])).status == 201)
            func summaries() async throws -> [JSONValue] {
                try await ada.get("/api/game-partners/characters/\(id)").json["characters"]?.elements ?? []
            }
            let nameless = try await summaries()
            #expect(nameless.map { $0["level"] } == [1, 1] && nameless.map { $0["total_xp"] } == [55, 0])
            #expect(nameless[0]["user_id"]?.string == id && nameless[0]["name"] == .null && nameless[0]["current_streak"] == 1)
            #expect(nameless[0]["coins"] == nil)
            #expect(try await ada.post("/api/characters/", ["name": "Max", "character_class": "mage"]).status == 201)
            host.clock.advance(by: .seconds(3 * 86_400))
            let statements = try await host.statements.during {
                let named = try await summaries()
                #expect(named[0]["name"] == "Max" && named[0]["character_class"] == "mage" && named[0]["title"] == .null)
                #expect(named[0]["current_streak"] == 0 && named[0]["best_streak"] == 1)
            }
            #expect(statements.count { $0.contains("rpg_characters") } == 1)
        }
    }
}
