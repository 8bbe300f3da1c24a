/// What an activity pays. Whole numbers throughout, cut after each step, so that nothing depends on how fractions are stored.
struct Payment: Hashable {
    /// What the base was multiplied with because of the streak, in percent.
    let multiplierPercent: Int
    let xp: Int
    /// Half of the experience.
    var coins: Int { xp / 2 }

    /// - Parameters:
    ///   - base: Experience before everything else.
    ///   - kind: Whether multiplier and bonuses are applied.
    ///   - hour: Of the user's own clock, 0 to 23.
    ///   - streak: The user's, with the day of the activity in it.
    ///   - intelligence: Of the character; 0 without one.
    init(of base: Int, for kind: ActivityKind, atHour hour: Int, streak: Int, intelligence: Int) {
        guard kind.hasBonuses else {
            multiplierPercent = 100
            xp = base
            return
        }
        multiplierPercent = Self.multiplierPercent(streak: streak)
        let early = base * (100 + Self.bonusPercent(atHour: hour)) / 100
        let multiplied = early * multiplierPercent / 100
        xp = multiplied * (1000 + 5 * intelligence) / 1000
    }

    /// Two percent more for each day of the streak, up to twice the base.
    static func multiplierPercent(streak: Int) -> Int { min(200, 100 + 2 * max(0, streak)) }

    /// The early morning, 6:00 to 8:59, is worth ten percent more, the late evening, 22:00 to 23:59, five.
    static func bonusPercent(atHour hour: Int) -> Int {
        switch hour {
        case 6...8: 10
        case 22...23: 5
        default: 0
        }
    }
}
