import HearthKit

/// What earns a badge. One that nobody can judge, such as that of a finder of hidden things, is never met.
///
/// What a completion tells is in the player's tally, so that judging it costs nothing. What others have to be asked for is in the
/// ``Surroundings``; while they are not known, nothing that needs them is met.
enum BadgeCondition: Hashable {
    /// A number that has to be reached.
    case atLeast(Int, Quantity)
    /// A completion on one of these days of the year, as month · 100 + day.
    case onDays(ClosedRange<Int>)
    /// So many completions on one such day.
    case completionsOnDay(Int, Int)
    /// Completions on each of these days of the week, 0 for Monday.
    case onWeekdays(Set<Int>)
    /// A completion on a day of the week, 0 for Monday, before an hour.
    case onWeekday(Int, before: Int)
    /// A completion of a habit of a category, in these hours.
    case inCategory(String, Range<Int>)
    /// So many completions within some minutes.
    case completionsWithin(minutes: Int, Int)
    /// So many days in a row that were begun within some minutes of the clock.
    case routine(days: Int, within: Int)
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
    /// A single habit in use, with a streak of so many days in which there was no other.
    case singleHabit(days: Int)
    /// A place among so many percent of the players.
    case topPercent(Int)
    /// Registered in the first days of the game, and still here once they are over.
    case registeredInFirst(days: Int)
    case never

    /// What can be counted.
    enum Quantity: Hashable {
        case streak, level, coins
        case counted(Tally.Counter)
        case hours(Range<Int>)
        /// With completions.
        case categories
        /// In use, with a streak of some days at least.
        case habits(streak: Int)
        /// The longest streak, in days, of a habit that was created on a day of the year, as month · 100 + day.
        case streakBegunOn(Int)
        case perfectDays
        /// At some level at least.
        case friends(level: Int)
    }

    /// How many perfect days are looked back at.
    static let mostPerfectDays = 30

    private static let everything: [Tally.Counter] = [.completions, .backfills, .freezes, .tasks, .purchases, .fights]

    /// Whether a player meets it.
    ///
    /// - Parameter surroundings: What is around him; nil when nobody has asked.
    func isMet(by player: Player, in surroundings: Surroundings? = nil) -> Bool {
        let tally = player.tally
        return switch self {
        case .atLeast(let least, let quantity): player.amount(of: quantity, in: surroundings).map { $0 >= least } ?? false
        case .onDays(let days): tally.latestDay.map { days.contains($0.dayOfYear) } ?? false
        case .completionsOnDay(let count, let day): tally.latestDay?.dayOfYear == day && tally[.onDay] >= count
        case .onWeekdays(let days): days.allSatisfy { tally[.weekday($0)] > 0 }
        case .onWeekday(let day, let hour): tally.latestDay?.weekday == day && tally.latestHour.map { $0 < hour } ?? false
        case .inCategory(let category, let hours):
            tally.latestCategory == category && tally.latestHour.map { hours.contains($0) } ?? false
        case .completionsWithin(let minutes, let count): tally.hasCompletions(count, withinMinutes: minutes)
        case .routine(let days, let minutes): tally.routine.holds(for: days, within: minutes)
        case .fridayThe13th(let streak):
            tally.latestDay.map { $0.weekday == 4 && $0.components.day == 13 } ?? false && player.streak.current >= streak
        case .level(let level, let days): player.rewardedLevel >= level && tally.isWithin(days)
        case .coinsOnDay(let coins, let days): tally[.coinsOnDay] >= coins && tally.isWithin(days)
        case .recovered(let days): tally[.lostStreak] >= days && player.streak.current >= days
        case .exactly(let numbers): numbers.contains(player.coins) || numbers.contains(tally[.completions])
        case .everythingTried: Self.everything.allSatisfy { tally[$0] > 0 }
        case .singleHabit(let days): surroundings?.hasSingleHabit(for: days, lastDeletion: tally.lastDeletion) ?? false
        case .topPercent(let percent): surroundings?.isAmongFirst(percent: percent) ?? false
        case .registeredInFirst(let days): surroundings?.isRegisteredInFirst(days: days) ?? false
        case .never: false
        }
    }
}

extension Player {
    /// nil for what is not known.
    fileprivate func amount(of quantity: BadgeCondition.Quantity, in surroundings: Surroundings?) -> Int? {
        switch quantity {
        case .streak: max(streak.current, streak.best)
        case .level: rewardedLevel
        case .coins: coins
        case .counted(let counter): tally[counter]
        case .hours(let hours): hours.reduce(0) { $0 + tally[.hour($1)] }
        case .categories: tally.categories
        case .habits(let streak): surroundings?.habitsInUse.count { $0.streak >= streak }
        case .streakBegunOn(let day):
            surroundings?.habits.filter { $0.createdOn.dayOfYear == day }.map(\.bestStreak).max() ?? 0
        case .perfectDays: surroundings?.perfectDays
        case .friends(let level): surroundings?.friendLevels.count { $0 >= level }
        }
    }
}

extension Tally {
    /// Whether the latest day is one of the first ones.
    fileprivate func isWithin(_ days: Int) -> Bool {
        guard let firstDay, let latestDay else { return false }
        return latestDay - firstDay < days
    }

    /// Whether the latest completions, so many of them, were made within some minutes.
    fileprivate func hasCompletions(_ count: Int, withinMinutes minutes: Int) -> Bool {
        let latest = recent.suffix(count)
        guard latest.count == count, let first = latest.first, let last = latest.last else { return false }
        return last.microseconds - first.microseconds <= Int64(minutes) * 60_000_000
    }
}

extension Surroundings {
    /// Whether a habit is the only one in use, and was in some days in which it was kept.
    ///
    /// - Parameter lastDeletion: When another habit in use was deleted.
    fileprivate func hasSingleHabit(for days: Int, lastDeletion: LocalDate?) -> Bool {
        guard habitsInUse.count == 1, let streak = habitsInUse.first?.streak, streak >= days else { return false }
        return (habits.compactMap(\.archivedOn) + [lastDeletion].compactMap { $0 }).allSatisfy { $0 <= today - days }
    }

    fileprivate func isAmongFirst(percent: Int) -> Bool { rank.map { $0 * 100 <= players * percent } ?? false }

    fileprivate func isRegisteredInFirst(days: Int) -> Bool {
        registeredOn - firstRegisteredOn < days && today - firstRegisteredOn >= days
    }
}

extension LocalDate {
    /// Month · 100 + day.
    fileprivate var dayOfYear: Int { components.month * 100 + components.day }
}
