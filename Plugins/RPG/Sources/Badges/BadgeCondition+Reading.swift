import HearthKit

/// The conditions of the catalogue.
extension BadgeCondition {
    /// Reads a condition. A type, a key or a value that is not known here makes it one that is never met.
    init(type: String, _ members: JSONObject) { self = Self.read(type, Members(object: members)) ?? .never }

    private static func read(_ type: String, _ members: Members) -> BadgeCondition? {
        switch (type, members.names) {
        case ("streak", ["min_streak"]): members.atLeast("min_streak", .streak)
        case ("active_days", ["consecutive"]): members.atLeast("consecutive", .streak)
        case ("completions", ["min_completions"]): members.atLeast("min_completions", .counted(.completions))
        case ("total_completions", ["count"]): members.atLeast("count", .counted(.completions))
        case ("weekly_completions", ["count"]): members.atLeast("count", .counted(.inWeek))
        case ("backfills_used", ["count"]): members.atLeast("count", .counted(.backfills))
        case ("level", ["min_level"]): members.atLeast("min_level", .level)
        case ("coins", ["min_coins"]): members.atLeast("min_coins", .coins)
        case ("coins_spent", ["total"]): members.atLeast("total", .counted(.coinsSpent))
        case ("purchases", ["count"]): members.atLeast("count", .counted(.purchases))
        // Nothing can be bought twice.
        case ("purchases", ["unique_items"]): members.atLeast("unique_items", .counted(.purchases))
        case ("purchases", ["total_spent"]): members.atLeast("total_spent", .counted(.coinsInShop))
        case ("items_owned", ["count"]): members.atLeast("count", .counted(.items))
        case ("combat_wins", ["min_wins"]): members.atLeast("min_wins", .counted(.wins))
        case ("combat_wins", ["win_streak"]): members.atLeast("win_streak", .counted(.mostWinsInARow))
        case ("time", ["count", "time_type"]): members.hours.flatMap { members.atLeast("count", .hours($0)) }
        case ("time_based", ["count", "hour_range"]): members.hours.flatMap { members.atLeast("count", .hours($0)) }
        case ("time_based", ["after_hour", "category"]):
            members.text("category").flatMap { category in members.hours.map { .inCategory(category, $0) } }
        case ("time_based", ["after_hour"]): members.hours.map { .atLeast(1, .hours($0)) }
        case ("day_completions", ["count", "day"]):
            members.weekday("day").flatMap { members.atLeast("count", .counted(.weekday($0))) }
        case ("day_completions", ["before_hour", "day"]):
            members.number("before_hour").flatMap { hour in members.weekday("day").map { .onWeekday($0, before: hour) } }
        case ("day_completions", ["days"]): members.weekdays("days").map { .onWeekdays($0) }
        case ("date", ["date"]), ("holiday", ["date"]): members.day("date").map { .onDays($0...$0) }
        case ("date", ["end_date", "start_date"]): members.days
        case ("holiday", ["count", "date"]):
            members.number("count").flatMap { count in members.day("date").map { .completionsOnDay(count, $0) } }
        case ("special_date", ["streak", "type"]):
            members.text("type") == "friday_13" ? members.number("streak").map { .fridayThe13th(streak: $0) } : nil
        case ("level_reached", ["level", "within_days"]): members.pair("level", "within_days").map { .level($0, withinDays: $1) }
        case ("coins_earned", ["daily_min", "within_days"]):
            members.pair("daily_min", "within_days").map { .coinsOnDay($0, withinDays: $1) }
        case ("streak_recovery", ["broken_min", "recovered"]): members.number("broken_min").map { .recovered($0) }
        case ("habit_category", ["category", "min_completions"]):
            members.category.flatMap { members.atLeast("min_completions", $0) }
        case ("category_completions", ["category", "count"]): members.category.flatMap { members.atLeast("count", $0) }
        case ("habit_category", ["unique_categories"]): members.atLeast("unique_categories", .categories)
        case ("categories_count", ["count"]): members.atLeast("count", .categories)
        case ("speed_completion", ["count", "minutes"]):
            members.pair("count", "minutes").flatMap { $0 <= Tally.mostRecent ? .completionsWithin(minutes: $1, $0) : nil }
        case ("consistency", ["days", "variance_minutes"]):
            members.pair("days", "variance_minutes").flatMap { $0 <= Routine.longest ? .routine(days: $0, within: $1) : nil }
        case ("freezes_used", ["count", "period"]):
            members.text("period") == "month" ? members.atLeast("count", .counted(.frozenInMonth)) : nil
        case ("habits_count", ["min"]): members.atLeast("min", .habits(streak: 0))
        case ("habits_count", ["all_streak_min", "min"]):
            members.pair("min", "all_streak_min").map { .atLeast($0, .habits(streak: $1)) }
        case ("habits_count", ["days", "exact"]):
            members.number("exact") == 1 ? members.number("days").map { .singleHabit(days: $0) } : nil
        case ("habits_deleted", ["count"]): members.atLeast("count", .counted(.deletedHabits))
        case ("habit_deleted", ["streak_min"]): members.atLeast("streak_min", .counted(.deletedStreak))
        case ("new_year", ["created", "kept_days"]):
            members.day("created").flatMap { members.atLeast("kept_days", .streakBegunOn($0)) }
        case ("friends", ["min_friends"]): members.atLeast("min_friends", .friends(level: 1))
        case ("friends_leveled", ["count", "level"]):
            members.pair("count", "level").map { .atLeast($0, .friends(level: $1)) }
        case ("leaderboard_percentile", ["top"]): members.number("top").map { .topPercent($0) }
        case ("account_age", ["early_adopter_days"]): members.number("early_adopter_days").map { .registeredInFirst(days: $0) }
        case ("special", ["values"]): members.numbers("values").map { .exactly(Set($0)) }
        case ("secret", ["secret_type"]): secret(members.text("secret_type"))
        default: nil
        }
    }

    /// The secrets that the catalogue only names.
    private static func secret(_ name: String?) -> BadgeCondition? {
        switch name {
        // Back after two weeks.
        case "comeback": .atLeast(14, .counted(.absence))
        // Going on after a streak of some days is lost.
        case "first_fail": .atLeast(3, .counted(.lostStreak))
        // A month with nothing left out.
        case "perfectionist": .atLeast(mostPerfectDays, .perfectDays)
        case "all_features": .everythingTried
        default: nil
        }
    }
}

/// The members of a condition.
private struct Members {
    let object: JSONObject

    /// In alphabetical order.
    var names: [String] { object.members.map(\.name).sorted() }

    func number(_ name: String) -> Int? { object[name].flatMap(Self.number) }

    func numbers(_ name: String) -> [Int]? { array(name, Self.number) }

    func text(_ name: String) -> String? { object[name].flatMap(Self.text) }

    func atLeast(_ name: String, _ quantity: BadgeCondition.Quantity) -> BadgeCondition? {
        number(name).map { .atLeast($0, quantity) }
    }

    func pair(_ first: String, _ second: String) -> (Int, Int)? {
        guard let first = number(first), let second = number(second) else { return nil }
        return (first, second)
    }

    var category: BadgeCondition.Quantity? { text("category").map { .counted(.category($0)) } }

    /// A day of the year such as `12-24`, as month · 100 + day.
    func day(_ name: String) -> Int? {
        let parts = (text(name) ?? "").split(separator: "-").compactMap { Int($0) }
        return parts.count == 2 ? parts[0] * 100 + parts[1] : nil
    }

    /// Days of the year in a row.
    var days: BadgeCondition? {
        guard let first = day("start_date"), let last = day("end_date"), first <= last else { return nil }
        return .onDays(first...last)
    }

    func weekday(_ name: String) -> Int? { text(name).flatMap { Self.weekdays.firstIndex(of: $0) } }

    func weekdays(_ name: String) -> Set<Int>? {
        guard let names = array(name, Self.text) else { return nil }
        let days = names.compactMap { Self.weekdays.firstIndex(of: $0) }
        return days.count == names.count && !days.isEmpty ? Set(days) : nil
    }

    /// Hours by name, from one on, or from one to another.
    var hours: Range<Int>? {
        switch text("time_type") {
        case "early_bird": return 5..<8
        case "night_owl": return 22..<24
        case "lunch": return 12..<14
        default: break
        }
        let bounds = number("after_hour").map { [$0, 24] } ?? numbers("hour_range") ?? []
        guard bounds.count == 2, bounds[0] < bounds[1], (0...24).contains(bounds[0]), bounds[1] <= 24 else { return nil }
        return bounds[0]..<bounds[1]
    }

    private func array<Element>(_ name: String, _ read: (JSONValue) -> Element?) -> [Element]? {
        guard case .array(let values)? = object[name] else { return nil }
        let elements = values.compactMap(read)
        return elements.count == values.count ? elements : nil
    }

    private static func number(_ value: JSONValue) -> Int? { if case .integer(let number) = value { Int(number) } else { nil } }
    private static func text(_ value: JSONValue) -> String? { if case .string(let text) = value { text } else { nil } }
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
}
