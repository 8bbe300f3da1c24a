import HearthKit

/// What a user has come to: his balances, his level and his streak.
///
/// Whoever changes anything of a user locks this row first, so that two requests of one user never work from the same state.
struct Player: Row, Hashable {
    let userID: UUID
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
    /// Monday of the latest week whose free freeze was spent.
    var freeFreezeWeek: LocalDate?
    /// Until when a freeze by hand holds, for the clients that show it.
    var frozenUntil: Timestamp?

    /// Somebody who has done nothing yet.
    init(userID: UUID) { self.userID = userID }

    init(row: inout RowReader) throws {
        userID = try row.next()
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
        freeFreezeWeek = try row.next()
        frozenUntil = try row.next()
    }
}

extension Player {
    /// Whether the free freeze of a day's week is there.
    func hasFreeFreeze(on date: LocalDate) -> Bool { freeFreezeWeek.map { $0 < date.startOfWeek } ?? true }

    /// The streak as of a day: 0 once a day has passed that neither something done nor a rest nor the free freeze covers.
    func currentStreak(on today: LocalDate) -> Int {
        guard let streakUntil else { return 0 }
        let last = hasFreeFreeze(on: today) ? streakUntil + 1 : streakUntil
        return today <= last ? streak.current : 0
    }

    /// Sets the streak, and until when it lasts.
    mutating func set(_ streak: UserStreak, rests: [Rest]) {
        self.streak = streak
        streakUntil = streak.until(rests: rests)
    }
}
