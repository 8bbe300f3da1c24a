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
                Activity(userID: someone, source: source, localDate: try day(date)), at: time(12), coins: 5)
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
        ("speed_completion", ["count": 6, "minutes": 2]), ("consistency", ["days": 32, "variance_minutes": 15]),
        ("unheard_of", ["count": 0]), ("combat_wins", ["win_streak": 0, "later": 1]), ("friends", ["encouragements_sent": 0]),
        ("streak", ["min_streak": "many"]), ("streak", [:]), ("time", ["count": 0, "time_type": "tea"]),
        ("time_based", ["count": 0, "hour_range": [5, 2]]), ("date", ["date": "tomorrow"]),
        ("day_completions", ["days": ["someday"]]), ("secret", ["secret_type": "unknown"]), ("special", ["type": "easter_egg"]),
    ]

    @Test(arguments: unknown)
    func `what is not known is never met`(type: String, value: JSONObject) {
        #expect(condition(type, value) == .never)
    }

    @Test func `the badges of the catalogue that nobody can judge are those that the documentation names`() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let seeds = package.appending(path: "Plugins/RPG/Seeds/badges.sql")
        var unknown: Set<String> = []
        var all = 0
        for line in try String(contentsOf: seeds, encoding: .utf8).split(separator: "\n") where line.contains("json '") {
            let parts = line.split(separator: "json '")
            let type = try #require(parts[0].split(separator: "'").last { $0 != ", " })
            let text = try #require(parts[1].split(separator: "'").first)
            guard case .object(let value) = try JSONValue(parsing: String(text)) else { continue }
            all += 1
            let code = try #require(parts[0].split(separator: "'").dropFirst(3).first)
            if condition(String(type), value) == .never { unknown.insert(String(code)) }
        }
        #expect(all == 115)
        #expect(unknown == ["birthday", "bug_hunter", "easter_egg", "helpful", "rickrolled"])
        let documentation = try String(contentsOf: package.appending(path: "docs/badges.md"), encoding: .utf8)
        #expect(unknown.allSatisfy { documentation.contains("| `\($0)` |") })
    }

    private static let around: [(String, JSONObject, Surroundings, Surroundings)] = [
        (
            "habits_count", ["min": 20], Surroundings(habits: Array(repeating: .init(), count: 20)),
            Surroundings(habits: Array(repeating: .init(), count: 19) + [.init(archivedOn: LocalDate(days: 0))])
        ),
        (
            "habits_count", ["min": 2, "all_streak_min": 30], Surroundings(habits: [.init(streak: 30), .init(streak: 31)]),
            Surroundings(habits: [.init(streak: 30), .init(streak: 29, bestStreak: 40)])
        ),
        (
            "habits_count", ["exact": 1, "days": 7],
            Surroundings(today: LocalDate(days: 100), habits: [.init(streak: 7), .init(archivedOn: LocalDate(days: 93))]),
            Surroundings(today: LocalDate(days: 100), habits: [.init(streak: 7), .init(archivedOn: LocalDate(days: 94))])
        ),
        (
            "new_year", ["created": "01-01", "kept_days": 31],
            Surroundings(habits: [.init(bestStreak: 31, createdOn: LocalDate(days: 365))]),
            Surroundings(habits: [
                .init(bestStreak: 30, createdOn: LocalDate(days: 365)), .init(bestStreak: 99, createdOn: LocalDate(days: 366)),
            ])
        ),
        ("secret", ["secret_type": "perfectionist"], Surroundings(perfectDays: 30), Surroundings(perfectDays: 29)),
        ("friends", ["min_friends": 2], Surroundings(friendLevels: [1, 1]), Surroundings(friendLevels: [9])),
        (
            "friends_leveled", ["count": 2, "level": 10], Surroundings(friendLevels: [10, 3, 11]),
            Surroundings(friendLevels: [10, 9, 9])
        ),
        (
            "leaderboard_percentile", ["top": 1], Surroundings(rank: 2, players: 200), Surroundings(rank: 2, players: 199)
        ),
        ("leaderboard_percentile", ["top": 1], Surroundings(rank: 1, players: 100), Surroundings(rank: nil, players: 100)),
        (
            "account_age", ["early_adopter_days": 30],
            Surroundings(
                today: LocalDate(days: 30), registeredOn: LocalDate(days: 29), firstRegisteredOn: LocalDate(days: 0)),
            Surroundings(
                today: LocalDate(days: 99), registeredOn: LocalDate(days: 30), firstRegisteredOn: LocalDate(days: 0))
        ),
        (
            "account_age", ["early_adopter_days": 30],
            Surroundings(today: LocalDate(days: 30), registeredOn: LocalDate(days: 0), firstRegisteredOn: LocalDate(days: 0)),
            Surroundings(today: LocalDate(days: 29), registeredOn: LocalDate(days: 0), firstRegisteredOn: LocalDate(days: 0))
        ),
    ]

    @Test(arguments: around)
    func `what is around somebody counts once it is known`(
        type: String, value: JSONObject, enough: Surroundings, tooLittle: Surroundings
    ) {
        let badge = condition(type, value)
        let player = Player(userID: someone)
        #expect(badge.isMet(by: player, in: enough))
        #expect(!badge.isMet(by: player, in: tooLittle))
        #expect(!badge.isMet(by: player))
    }

    @Test func `a habit is not the only one while another was deleted a few days ago`() {
        let single = condition("habits_count", ["exact": 1, "days": 7])
        let around = Surroundings(today: LocalDate(days: 100), habits: [.init(streak: 9)])
        var player = Player(userID: someone)
        player.tally.addDeletion(number: 1, streak: 0, on: LocalDate(days: 94))
        #expect(!single.isMet(by: player, in: around))
        let later = Surroundings(today: LocalDate(days: 101), habits: [.init(streak: 10)])
        #expect(single.isMet(by: player, in: later))
    }
}
