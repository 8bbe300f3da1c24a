import HearthKit

/// How often a user has done what badges ask for. What is undone is taken off again; the badges that it has brought stay.
struct Tally: Hashable {
    /// What is counted.
    enum Counter: Hashable {
        case completions, backfills, tasks
        /// Completions in an hour of the user's clock, 0 to 23.
        case hour(Int)
        /// Completions on a day of the week, 0 for Monday.
        case weekday(Int)
        /// Completions of habits of a category.
        case category(String)
        /// Completions, and coins earned by them, on the latest day with one; completions in its week.
        case onDay, coinsOnDay, inWeek
        /// Things that came into the inventory: bought, or brought by levels.
        case items
        case purchases, coinsInShop, coinsSpent
        /// Freezes by hand; days that any freeze has covered in the latest month with one.
        case freezes, frozenInMonth
        /// The longest streak that was lost, and the most days between two on which something was done.
        case lostStreak, absence
        /// Habits that were deleted, and the longest streak of one that was.
        case deletedHabits, deletedStreak
        case fights, wins, winsInARow, mostWinsInARow

        /// As it is stored.
        var name: String {
            switch self {
            case .hour(let hour): "hour\(hour)"
            case .weekday(let day): "weekday\(day)"
            case .category(let category): Self.categoryPrefix + category
            default: "\(self)"
            }
        }

        fileprivate static let categoryPrefix = "category "
    }

    /// How many categories are told apart, as users may invent as many as they like.
    static let mostCategories = 100
    /// How many of the latest completions are remembered by their times.
    static let mostRecent = 5

    /// What is not 0, by the names of the counters.
    private var counts: [String: Int] = [:]
    /// The first day on which something was done, and the latest one with a completion.
    private(set) var firstDay: LocalDate?
    private(set) var latestDay: LocalDate?
    /// Of the latest completion: the hour of the user's clock, and the category.
    private(set) var latestHour: Int?
    private(set) var latestCategory: String?
    /// When the latest completions were made, in ascending order.
    private(set) var recent: [Timestamp] = []
    /// When the latest days in a row were begun.
    var routine = Routine()
    /// The first day of the latest month with a day that a freeze has covered.
    private(set) var frozenMonth: LocalDate?
    /// When a habit in use was deleted last.
    private(set) var lastDeletion: LocalDate?
    /// The codes of the badges that the user has, so that none is looked for again.
    var badges: Set<String> = []

    /// Never below zero.
    subscript(counter: Counter) -> Int {
        get { counts[counter.name] ?? 0 }
        set { counts[counter.name] = newValue > 0 ? newValue : nil }
    }

    /// How many categories have completions.
    var categories: Int { counts.keys.count { $0.hasPrefix(Counter.categoryPrefix) } }

    /// Counts an activity.
    ///
    /// - Parameters:
    ///   - time: That the user's clock showed.
    ///   - coins: What it has brought.
    mutating func add(_ activity: Activity, at time: LocalTime, coins: Int) {
        firstDay = min(firstDay ?? activity.localDate, activity.localDate)
        if activity.kind == .completion {
            if latestDay.map({ $0 < activity.localDate }) ?? true { begin(activity.localDate) }
            if activity.localDate == latestDay {
                self[.coinsOnDay] += coins
                latestHour = time.hour
                latestCategory = activity.category?.lowercased()
            }
            recent = (recent + [activity.occurredAt]).sorted().suffix(Self.mostRecent)
            routine.add(activity.localDate, at: time)
        }
        change(activity, atHour: time.hour, by: 1)
    }

    /// Takes an activity off. What the routine is without it, whoever knows all activities has to say.
    mutating func remove(_ activity: Activity, atHour hour: Int) {
        if let index = recent.lastIndex(of: activity.occurredAt) { recent.remove(at: index) }
        change(activity, atHour: hour, by: -1)
    }

    private mutating func begin(_ day: LocalDate) {
        if latestDay?.startOfWeek != day.startOfWeek { self[.inWeek] = 0 }
        latestDay = day
        self[.onDay] = 0
        self[.coinsOnDay] = 0
    }

    private mutating func change(_ activity: Activity, atHour hour: Int, by step: Int) {
        if let category = activity.category?.lowercased(), activity.kind != .task {
            let counter = Counter.category(category)
            if self[counter] > 0 || categories < Self.mostCategories { self[counter] += step }
        }
        switch activity.kind {
        case .task: self[.tasks] += step
        case .backfill:
            self[.completions] += step
            self[.backfills] += step
        case .completion:
            self[.completions] += step
            self[.hour(hour)] += step
            self[.weekday(activity.localDate.weekday)] += step
            if activity.localDate == latestDay { self[.onDay] += step }
            if activity.localDate.startOfWeek == latestDay?.startOfWeek { self[.inWeek] += step }
        }
    }

    /// Notes that a habit was deleted. To be told so a second time changes nothing.
    ///
    /// - Parameters:
    ///   - number: Which of those that the user has deleted it is.
    ///   - streak: That it had, in days.
    ///   - day: The user's day; nil for a habit that was not in use.
    mutating func addDeletion(number: Int, streak: Int, on day: LocalDate?) {
        self[.deletedHabits] = max(self[.deletedHabits], number)
        self[.deletedStreak] = max(self[.deletedStreak], streak)
        lastDeletion = [lastDeletion, day].compactMap { $0 }.max()
    }

    /// Counts a day that a freeze has covered.
    mutating func addFreeze(of day: LocalDate) {
        let month = day.startOfMonth
        if frozenMonth.map({ $0 < month }) ?? true {
            frozenMonth = month
            self[.frozenInMonth] = 0
        }
        if frozenMonth == month { self[.frozenInMonth] += 1 }
    }

    /// Takes a day off whose freeze came back.
    mutating func removeFreeze(of day: LocalDate) { if frozenMonth == day.startOfMonth { self[.frozenInMonth] -= 1 } }

    /// Counts a fight.
    mutating func addFight(isWon: Bool) {
        self[.fights] += 1
        if isWon { self[.wins] += 1 }
        self[.winsInARow] = isWon ? self[.winsInARow] + 1 : 0
        self[.mostWinsInARow] = max(self[.mostWinsInARow], self[.winsInARow])
    }
}

/// Stored as one JSON object of what is not 0 and not empty: a number for each counter, a number of days for each date.
extension Tally {
    /// - Parameter stored: What ``stored`` wrote; null for nothing.
    init(_ stored: JSONValue) {
        self.init()
        guard case .object(let object) = stored else { return }
        var (routineDay, routineMinutes): (LocalDate?, [Int]) = (nil, [])
        for (name, value) in object.members {
            switch name {
            case "firstDay": firstDay = value.date
            case "latestDay": latestDay = value.date
            case "latestHour": latestHour = value.number
            case "latestCategory": latestCategory = value.text
            case "recent": recent = value.elements.compactMap(\.number).map { Timestamp(microseconds: Int64($0)) }
            case "routineDay": routineDay = value.date
            case "routineMinutes": routineMinutes = value.elements.compactMap(\.number)
            case "frozenMonth": frozenMonth = value.date
            case "lastDeletion": lastDeletion = value.date
            case "badges": badges = Set(value.elements.compactMap(\.text))
            default: counts[name] = value.number
            }
        }
        routine = Routine(lastDay: routineDay, minutes: routineMinutes)
    }

    /// As it is stored.
    var stored: JSONValue {
        var object = JSONObject()
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { object[name] = .integer(Int64(count)) }
        object["firstDay"] = firstDay.map { .integer(Int64($0.days)) }
        object["latestDay"] = latestDay.map { .integer(Int64($0.days)) }
        object["latestHour"] = latestHour.map { .integer(Int64($0)) }
        object["latestCategory"] = latestCategory.map { .string($0) }
        if !recent.isEmpty { object["recent"] = .array(recent.map { .integer($0.microseconds) }) }
        object["routineDay"] = routine.lastDay.map { .integer(Int64($0.days)) }
        if !routine.minutes.isEmpty { object["routineMinutes"] = .array(routine.minutes.map { .integer(Int64($0)) }) }
        object["frozenMonth"] = frozenMonth.map { .integer(Int64($0.days)) }
        object["lastDeletion"] = lastDeletion.map { .integer(Int64($0.days)) }
        if !badges.isEmpty { object["badges"] = .array(badges.sorted().map { .string($0) }) }
        return .object(object)
    }
}

extension JSONValue {
    fileprivate var number: Int? { if case .integer(let number) = self { Int(number) } else { nil } }
    fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
    fileprivate var date: LocalDate? { number.map { LocalDate(days: Int32(clamping: $0)) } }
    fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}

extension LocalDate {
    fileprivate var startOfMonth: LocalDate { self - (components.day - 1) }
}
