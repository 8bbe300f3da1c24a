import FoundationEssentials
import HearthKit
import Testing

@testable import RPG

struct BadgeConditionTests {
    private func condition(_ type: String, _ value: JSONObject) -> BadgeCondition { BadgeCondition(type: type, value) }

    /// Somebody with completions at noon on these days.
    private func player(completing dates: String...) throws -> Player {
        var player = Player(userID: someone)
        for date in dates {
            let source = Activity.Source(kind: "habit_completion", id: someone)
            player.tally.add(
                Activity(userID: someone, source: source, localDate: try day(date)), atHour: 12, coins: 5)
        }
        return player
    }

    @Test func `numbers have to be reached`() {
        var player = Player(userID: someone)
        player.streak.best = 7
        player.rewardedLevel = 5
        player.coins = 100
        player.tally[.coinsInShop] = 50
        player.tally[.wins] = 1
        for (type, key, number) in [
            ("streak", "min_streak", 7), ("level", "min_level", 5), ("coins", "min_coins", 100), ("purchases", "total_spent", 50),
            ("combat_wins", "min_wins", 1),
        ] {
            #expect(condition(type, [key: .integer(Int64(number))]).isMet(by: player))
            #expect(!condition(type, [key: .integer(Int64(number + 1))]).isMet(by: player))
        }
    }

    @Test(arguments: [(4, false), (5, true), (7, true), (8, false)])
    func `an early bird is up from five to eight`(hour: Int, isEarly: Bool) {
        let badge = condition("time", ["count": 2, "time_type": "early_bird"])
        var player = Player(userID: someone)
        player.tally[.hour(hour)] = 1
        #expect(!badge.isMet(by: player))
        player.tally[.hour(hour)] = 2
        #expect(badge.isMet(by: player) == isEarly)
    }

    @Test(arguments: [("12-23", false), ("12-24", true), ("12-26", true), ("12-27", false)])
    func `days of the year are those of the latest completion`(date: String, isMet: Bool) throws {
        let christmas = condition("date", ["start_date": "12-24", "end_date": "12-26"])
        let player = try self.player(completing: "2026-\(date)")
        #expect(christmas.isMet(by: player) == isMet)
        let later = try self.player(completing: "2026-\(date)", "2027-03-01")
        #expect(!christmas.isMet(by: later))
    }

    @Test func `days of the week, and a Friday the 13th with a streak`() throws {
        let weekend = condition("day_completions", ["days": ["saturday", "sunday"]])
        let (saturday, both) = (try player(completing: "2026-11-21"), try player(completing: "2026-11-21", "2026-11-29"))
        #expect(!weekend.isMet(by: saturday) && weekend.isMet(by: both))
        let friday = condition("special_date", ["type": "friday_13", "streak": 13])
        var player = try self.player(completing: "2026-11-13")
        #expect(!friday.isMet(by: player))
        player.streak.current = 13
        #expect(friday.isMet(by: player))
    }

    @Test func `a level in time, and coins on one of the first days`() throws {
        let quick = condition("level_reached", ["level": 10, "within_days": 14])
        var player = try self.player(completing: "2026-11-01", "2026-11-14")
        player.rewardedLevel = 10
        #expect(quick.isMet(by: player))
        var late = try self.player(completing: "2026-11-01", "2026-11-15")
        late.rewardedLevel = 10
        #expect(!quick.isMet(by: late))
        let lucky = condition("coins_earned", ["daily_min": 5, "within_days": 7])
        let first = try self.player(completing: "2026-11-01")
        #expect(lucky.isMet(by: first) && !lucky.isMet(by: late))
    }

    @Test func `a lost streak that is kept again`() {
        let recovered = condition("streak_recovery", ["broken_min": 7, "recovered": true])
        var phoenix = Player(userID: someone)
        phoenix.streak.current = 7
        #expect(!recovered.isMet(by: phoenix))
        phoenix.tally[.lostStreak] = 9
        #expect(recovered.isMet(by: phoenix))
    }

    private static let unknown: [(String, JSONObject)] = [
        ("unheard_of", ["count": 0]), ("combat_wins", ["win_streak": 0, "later": 1]), ("friends", ["encouragements_sent": 0]),
        ("streak", ["min_streak": "many"]), ("streak", [:]), ("time", ["count": 0, "time_type": "tea"]),
        ("time_based", ["count": 0, "hour_range": [5, 2]]), ("date", ["date": "tomorrow"]),
        ("day_completions", ["days": ["someday"]]), ("secret", ["secret_type": "unknown"]), ("special", ["type": "easter_egg"]),
    ]

    @Test(arguments: unknown)
    func `what is not known is never met`(type: String, value: JSONObject) {
        #expect(condition(type, value) == .never)
    }

    @Test func `of the catalogue's conditions those that nobody here can judge are known`() throws {
        let seeds = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Plugins/RPG/Seeds/badges.sql")
        var unknown: Set<String> = []
        var all = 0
        for line in try String(contentsOf: seeds, encoding: .utf8).split(separator: "\n") where line.contains("json '") {
            let parts = line.split(separator: "json '")
            let type = try #require(parts[0].split(separator: "'").last { $0 != ", " })
            let text = try #require(parts[1].split(separator: "'").first)
            guard case .object(let value) = try JSONValue(parsing: String(text)) else { continue }
            all += 1
            if condition(String(type), value) == .never { unknown.insert(String(type)) }
        }
        #expect(all == 115)
        #expect(
            unknown == [
                "account_age", "categories_count", "category_completions", "consistency", "date", "day_completions",
                "freezes_used",
                "friends", "friends_leveled", "habit_category", "habit_deleted", "habits_count", "habits_deleted",
                "leaderboard_percentile", "new_year", "secret", "special", "speed_completion", "time_based",
            ])
    }
}
