import HearthKit

/// What a user completed on a day.
struct DayTotal: Row, Hashable {
    let date: LocalDate
    var completions = 0
    var xp = 0
    var coins = 0

    init(date: LocalDate, completions: Int = 0, xp: Int = 0, coins: Int = 0) {
        self.date = date
        self.completions = completions
        self.xp = xp
        self.coins = coins
    }

    init(row: inout RowReader) throws {
        date = try row.next()
        completions = try row.next()
        xp = try row.next()
        coins = try row.next()
    }

    /// The days of a range on which something was completed.
    static func list(of user: UUID, in days: ClosedRange<LocalDate>) -> SQL {
        """
        SELECT completed_date, count(*), sum(xp_earned), sum(coins_earned) FROM habits_completions
        WHERE user_id = \(user) AND completed_date BETWEEN \(days.lowerBound) AND \(days.upperBound) GROUP BY completed_date
        """
    }

    /// Every day of a range in ascending order, also those on which nothing was completed.
    static func every(day days: ClosedRange<LocalDate>, of totals: [DayTotal]) -> [DayTotal] {
        let known = Dictionary(totals.map { ($0.date, $0) }, uniquingKeysWith: { first, _ in first })
        return (0...(days.upperBound - days.lowerBound)).map { offset in
            let date = days.lowerBound + offset
            return known[date] ?? DayTotal(date: date)
        }
    }
}
