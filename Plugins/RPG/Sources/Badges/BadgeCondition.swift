import HearthKit

/// What earns a badge. One that nobody here can judge, such as that of a finder of hidden things, is never met.
enum BadgeCondition: Hashable {
    /// A number that has to be reached.
    case atLeast(Int, Quantity)
    /// A completion on one of these days of the year, as month · 100 + day.
    case onDays(ClosedRange<Int>)
    /// So many completions on one such day.
    case completionsOnDay(Int, Int)
    /// Completions on each of these days of the week, 0 for Monday.
    case onWeekdays(Set<Int>)
    /// A streak of so many days on a Friday the 13th.
    case fridayThe13th(streak: Int)
    /// A level within so many days from the first.
    case level(Int, withinDays: Int)
    /// So many coins earned on one of so many first days.
    case coinsOnDay(Int, withinDays: Int)
    /// A streak of so many days lost, and one as long kept again.
    case recovered(Int)
    /// Exactly so many coins or completions.
    case exactly(Set<Int>)
    /// Everything that there is: backfills, freezes, tasks, purchases, fights.
    case everythingTried
    case never

    /// What can be counted.
    enum Quantity: Hashable {
        case streak, level, coins
        case counted(Tally.Counter)
        case hours(Range<Int>)
    }

    private static let everything: [Tally.Counter] = [.completions, .backfills, .freezes, .tasks, .purchases, .fights]

    /// Whether a player meets it.
    func isMet(by player: Player) -> Bool {
        let tally = player.tally
        return switch self {
        case .atLeast(let least, let quantity): player.amount(of: quantity) >= least
        case .onDays(let days): tally.latestDay.map { days.contains($0.dayOfYear) } ?? false
        case .completionsOnDay(let count, let day): tally.latestDay?.dayOfYear == day && tally[.onDay] >= count
        case .onWeekdays(let days): days.allSatisfy { tally[.weekday($0)] > 0 }
        case .fridayThe13th(let streak):
            tally.latestDay.map { $0.weekday == 4 && $0.components.day == 13 } ?? false && player.streak.current >= streak
        case .level(let level, let days): player.rewardedLevel >= level && tally.isWithin(days)
        case .coinsOnDay(let coins, let days): tally[.coinsOnDay] >= coins && tally.isWithin(days)
        case .recovered(let days): tally[.lostStreak] >= days && player.streak.current >= days
        case .exactly(let numbers): numbers.contains(player.coins) || numbers.contains(tally[.completions])
        case .everythingTried: Self.everything.allSatisfy { tally[$0] > 0 }
        case .never: false
        }
    }
}

extension Player {
    fileprivate func amount(of quantity: BadgeCondition.Quantity) -> Int {
        switch quantity {
        case .streak: max(streak.current, streak.best)
        case .level: rewardedLevel
        case .coins: coins
        case .counted(let counter): tally[counter]
        case .hours(let hours): hours.reduce(0) { $0 + tally[.hour($1)] }
        }
    }
}

extension Tally {
    /// Whether the latest day is one of the first ones.
    fileprivate func isWithin(_ days: Int) -> Bool {
        guard let firstDay, let latestDay else { return false }
        return latestDay - firstDay < days
    }
}

extension LocalDate {
    /// Month · 100 + day.
    fileprivate var dayOfYear: Int { components.month * 100 + components.day }
}
