import HearthHost
import HearthJSON
import Testing

/// Statistics beside the game: streaks, levels, and coins that are spent.
struct StatisticsGameTests {
    @Test func `the game says how far a user has come, and coins are counted as they are spent`() async throws {
        try await product(plugins: ["habits": "", "rpg": "", "stats": ""]) { host, client in
            let ada = try await client.registered("ada")
            for _ in 0..<12 { #expect(try await ada.complete(ada.habit(["difficulty": "hard"])).status == 201) }
            // The first one is free.
            #expect(try await ada.post("/api/streak/freeze").json["coins_spent"] == 0)
            host.clock.advance(by: .seconds(86_401))
            let paid = try await ada.post("/api/streak/freeze").json["coins_spent"]?.int
            #expect(paid == 50)
            let isCounted = try await eventually {
                let export = try await ada.get("/api/stats/export").json
                return export["completions"]?.count == 12
                    && export["daily_stats"]?.elements.last?["date"] == "2026-11-21"
                    && export["daily_stats"]?.elements.last?["coins_spent"] == 50
            }
            #expect(isCounted)

            let me = try await ada.get("/api/auth/me").json
            // What levels and badges have brought is among it.
            let isWhole = try await eventually {
                let month = try await ada.get("/api/stats/overview?time_range=month").json
                return month["total_xp_earned"] == me["total_xp"]
                    && month["total_coins_earned"]?.int == (me["coins"]?.int ?? 0) + 50
            }
            #expect(isWhole)
            let export = try await ada.get("/api/stats/export").json
            #expect(me["total_xp"]?.int ?? 0 > 0)
            for name in ["username", "level", "total_xp", "current_streak", "best_streak"] {
                #expect(export["user"]?[name] == me[name], "\(name)")
            }
            #expect(export["daily_stats"]?.each("coins_spent") == [0, 50])
            #expect(export["daily_stats"]?.each("habits_completed") == [12, 0])
            #expect(export["daily_stats"]?.each("habits_total") == [12, 12])
            let overview = try await ada.get("/api/stats/overview?time_range=month").json
            #expect(overview["current_streak"] == me["current_streak"] && overview["longest_streak"] == me["best_streak"])
            #expect(overview["best_streak"] == 1)
            // One statement for the game, whatever is asked; now and then a job of its own runs meanwhile.
            var asked = Int.max
            for _ in 0..<5 {
                let statements = try await host.statements.during { _ = try await ada.get("/api/stats/overview") }
                asked = min(asked, statements.count { $0.contains("rpg_") })
            }
            #expect(asked == 1)
        }
    }
}
