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
        /// Completions, and coins earned by them, on the latest day with one; completions in its week.
        case onDay, coinsOnDay, inWeek
        /// Things that came into the inventory: bought, or brought by levels.
        case items
        case purchases, coinsInShop, coinsSpent, freezes
        /// The longest streak that was lost, and the most days between two on which something was done.
        case lostStreak, absence
        case fights, wins, winsInARow, mostWinsInARow

        /// As it is stored.
        var name: String {
            switch self {
            case .hour(let hour): "hour\(hour)"
            case .weekday(let day): "weekday\(day)"
            default: "\(self)"
            }
        }
    }

    /// What is not 0, by the names of the counters.
    private var counts: [String: Int] = [:]
    /// The first day on which something was done, and the latest one with a completion.
    private(set) var firstDay: LocalDate?
    private(set) var latestDay: LocalDate?
    /// Of the catalogue by which badges were given last.
    var catalogueVersion: Int {
        get { counts["catalogue"] ?? 0 }
        set { counts["catalogue"] = newValue }
    }

    /// Never below zero.
    subscript(counter: Counter) -> Int {
        get { counts[counter.name] ?? 0 }
        set { counts[counter.name] = newValue > 0 ? newValue : nil }
    }

    /// Counts an activity.
    ///
    /// - Parameters:
    ///   - hour: That the user's clock showed.
    ///   - coins: What it has brought.
    mutating func add(_ activity: Activity, atHour hour: Int, coins: Int) {
        firstDay = min(firstDay ?? activity.localDate, activity.localDate)
        if activity.kind == .completion {
            if latestDay.map({ $0 < activity.localDate }) ?? true { begin(activity.localDate) }
            if activity.localDate == latestDay { self[.coinsOnDay] += coins }
        }
        change(activity, atHour: hour, by: 1)
    }

    /// Takes an activity off.
    mutating func remove(_ activity: Activity, atHour hour: Int) { change(activity, atHour: hour, by: -1) }

    private mutating func begin(_ day: LocalDate) {
        if latestDay?.startOfWeek != day.startOfWeek { self[.inWeek] = 0 }
        latestDay = day
        self[.onDay] = 0
        self[.coinsOnDay] = 0
    }

    private mutating func change(_ activity: Activity, atHour hour: Int, by step: Int) {
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

    /// Counts a fight.
    mutating func addFight(isWon: Bool) {
        self[.fights] += 1
        if isWon { self[.wins] += 1 }
        self[.winsInARow] = isWon ? self[.winsInARow] + 1 : 0
        self[.mostWinsInARow] = max(self[.mostWinsInARow], self[.winsInARow])
    }
}

/// Stored as one JSON object of what is not 0.
extension Tally {
    /// - Parameter stored: null or a number of days for each date, a number for each counter.
    init(_ stored: JSONValue) {
        guard case .object(let object) = stored else { return }
        for (name, value) in object.members {
            guard case .integer(let number) = value else { continue }
            switch name {
            case "firstDay": firstDay = LocalDate(days: Int32(clamping: number))
            case "latestDay": latestDay = LocalDate(days: Int32(clamping: number))
            default: counts[name] = Int(number)
            }
        }
    }

    /// As it is stored.
    var stored: JSONValue {
        var object = JSONObject()
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { object[name] = .integer(Int64(count)) }
        if let firstDay { object["firstDay"] = .integer(Int64(firstDay.days)) }
        if let latestDay { object["latestDay"] = .integer(Int64(latestDay.days)) }
        return .object(object)
    }
}
