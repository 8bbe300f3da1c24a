import HearthKit

/// On how many days in a row a user did something. Rests neither count nor break it, and a single missed day can be covered by
/// the week's free freeze.
struct UserStreak: Hashable {
    /// The length of the run that ends with ``through``.
    var current = 0
    /// The longest run.
    var best = 0
    /// The last day on which something was done; nil before the first.
    var through: LocalDate?

    /// Counts a day. One that is not later than those before changes nothing: ``init(of:rests:)`` is for them.
    ///
    /// - Parameters:
    ///   - date: When something was done.
    ///   - rests: Those since ``through``.
    ///   - hasFreeze: Whether a missed day can be covered.
    /// - Returns: The missed day that the freeze was spent on; nil when none was needed, or none helped.
    @discardableResult
    mutating func extend(to date: LocalDate, rests: [Rest], hasFreeze: Bool = false) -> LocalDate? {
        if let through, date <= through { return nil }
        let missed = through.map { Self.missed(between: $0, and: date, rests: rests) } ?? []
        let covers = missed.count == 1 && hasFreeze
        current = through != nil && (missed.isEmpty || covers) ? current + 1 : 1
        best = max(best, current)
        through = date
        return covers ? missed[0] : nil
    }

    /// The last day on which something done continues the streak without a freeze.
    func until(rests: [Rest]) -> LocalDate? {
        guard let through else { return nil }
        var day = through + 1
        while rests.contains(where: { $0.days.contains(day) }) { day = day + 1 }
        return day
    }

    /// The first days, two at most, on which neither was anything done nor a rest.
    private static func missed(between last: LocalDate, and date: LocalDate, rests: [Rest]) -> [LocalDate] {
        var missed: [LocalDate] = []
        var day = last + 1
        while day < date, missed.count < 2 {
            if let rest = rests.first(where: { $0.days.contains(day) }) {
                day = rest.days.upperBound + 1
            } else {
                missed.append(day)
                day = day + 1
            }
        }
        return missed
    }
}

extension UserStreak {
    /// The streak that days add up to.
    ///
    /// - Parameters:
    ///   - dates: In ascending order.
    ///   - rests: All of them, freezes that were spent included.
    init(of dates: [LocalDate], rests: [Rest]) {
        for date in dates { extend(to: date, rests: rests) }
    }
}
