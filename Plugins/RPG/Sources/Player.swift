import HearthKit

/// What a user has come to: his balances, his level and his streak.
///
/// Whoever changes anything of a user locks this row first, so that two requests of one user never work from the same state.
struct Player: Row, Hashable {
    let userID: UUID
    /// The user's time zone.
    var timezone = "UTC"
    /// Experience, coins and what is owed: sums of the ledger, changed by ``Bookkeeping`` alone.
    var totalXP = 0
    var coins = 0
    var coinDebt = 0
    var level = 1
    /// The highest level whose reward was paid.
    var rewardedLevel = 1
    /// Points that can be given to the character's stats.
    var statPoints = 0
    var streak = UserStreak()
    /// The last day on which something done continues the streak without a freeze.
    var streakUntil: LocalDate?
    /// The last day of the rests that are still to be minded; nil when there are none.
    var restsUntil: LocalDate?
    /// Monday of the latest week whose free freeze was spent.
    var freeFreezeWeek: LocalDate?
    /// Until when a freeze by hand holds, for the clients that show it.
    var frozenUntil: Timestamp?
    /// What badges ask for.
    var tally = Tally()
    /// The user's midnight at which the streak is over unless something is done before.
    var streakEndsAt: Timestamp?
    /// What was stored of him that rankings are read from.
    private(set) var stored = Standing()

    /// Somebody who has done nothing yet.
    init(userID: UUID) { self.userID = userID }

    init(row: inout RowReader) throws {
        userID = try row.next()
        timezone = try row.next()
        totalXP = try row.next()
        coins = try row.next()
        coinDebt = try row.next()
        level = try row.next()
        rewardedLevel = try row.next()
        statPoints = try row.next()
        streak.current = try row.next()
        streak.best = try row.next()
        streak.through = try row.next()
        streakUntil = try row.next()
        restsUntil = try row.next()
        freeFreezeWeek = try row.next()
        frozenUntil = try row.next()
        tally = try row.next(JSONValue?.self).map { Tally($0) } ?? Tally()
        stored.xp = try row.next()
        stored.level = totalXP > 0 ? level : 0
        stored.streak = try row.next()
        streakEndsAt = try row.next()
    }
}

extension Player {
    /// Whether the free freeze of a day's week is there.
    func hasFreeFreeze(on date: LocalDate) -> Bool { freeFreezeWeek.map { $0 < date.startOfWeek } ?? true }

    /// The streak as of a day: 0 once a day has passed that neither something done nor a rest nor the free freeze covers.
    func currentStreak(on today: LocalDate) -> Int { lastStreakDay.map { today <= $0 } ?? false ? streak.current : 0 }

    /// The last day on which the streak goes on even if nothing more is done; nil without a streak.
    var lastStreakDay: LocalDate? {
        guard let streakUntil, streak.current > 0 else { return nil }
        return hasFreeFreeze(on: streakUntil + 1) ? streakUntil + 1 : streakUntil
    }

    /// Sets the streak, and until when it lasts.
    ///
    /// - Parameter rests: Those that end after the last day of the streak; others do no harm.
    mutating func set(_ streak: UserStreak, rests: [Rest]) {
        self.streak = streak
        streakUntil = streak.until(rests: rests)
        restsUntil = rests.map(\.days.upperBound).filter { $0 > streak.through ?? $0 - 1 }.max()
    }

    /// Gives the free freeze back that was spent on a missed day, if it was that of the latest week.
    mutating func regainFreeze(of day: LocalDate) {
        if freeFreezeWeek == (day + 1).startOfWeek { freeFreezeWeek = nil }
    }

    /// Puts the freezes right that were spent on missed days, when something that was done is undone.
    ///
    /// - Parameters:
    ///   - freezes: All that were spent.
    ///   - day: Of what is undone.
    ///   - days: On which something is left, in ascending order.
    /// - Returns: Those that cover nothing any more.
    mutating func settle(_ freezes: [Rest], undoing day: LocalDate, left days: [LocalDate]) -> [Rest] {
        var needless: [Rest] = []
        for freeze in freezes {
            let missed = freeze.days.upperBound
            if missed >= days.last ?? missed {
                // Nothing builds on it any more.
                regainFreeze(of: missed)
                // One that had come back already is no more among those that count.
                if missed != day, !days.contains(missed) { tally.removeFreeze(of: missed) }
                needless.append(freeze)
            } else if missed == day, !days.contains(day), !respendFreeze(on: day) {
                needless.append(freeze)
            }
        }
        return needless
    }

    /// Spends the free freeze on a missed day once more, which came back when something was done on that day.
    ///
    /// - Returns: Whether it covers the day; not when it was spent on another day of the same week meanwhile.
    private mutating func respendFreeze(on day: LocalDate) -> Bool {
        let week = (day + 1).startOfWeek
        guard freeFreezeWeek != week else { return false }
        freeFreezeWeek = max(freeFreezeWeek ?? week, week)
        tally.addFreeze(of: day)
        return true
    }
}
