import HearthKit

/// A day that was completed, and when it was over where the user was then.
struct CompletedDay: Row, Hashable {
    let date: LocalDate
    let endsAt: Timestamp

    init(date: LocalDate, endsAt: Timestamp) {
        self.date = date
        self.endsAt = endsAt
    }

    init(row: inout RowReader) throws {
        date = try row.next()
        endsAt = try row.next()
    }

    /// The completed days of a habit in ascending order.
    static func all(ofHabit id: UUID) -> SQL {
        "SELECT completed_date, day_ends_at FROM habits_completions WHERE habit_id = \(id) ORDER BY completed_date"
    }
}

/// A change of the time zone never opens a second "today".
///
/// A completed day lasts, for its habit, until both are true: it is over in the zone in which it was completed, and the user's
/// present zone has come to a later date. So
/// - travelling east after a completion (or pretending to) brings tomorrow's date at once, but the completed day still runs at
///   home: it counts as today's completion until it is over there;
/// - travelling west brings back yesterday's date, or today's a second time, but the completed day is not before it: it counts
///   as today's completion until a later date begins.
///
/// Dates of completions made "today" are thereby strictly ascending and a completed day's real hours are never paid twice,
/// whatever zones are chosen in between. A traveller who crosses the date line and so has no evening of some date can enter
/// that date afterwards, which heals the streak.
extension CompletedDay {
    /// Whether this day, the latest that was completed, still counts as today.
    func lasts(on today: Today) -> Bool { date >= today.date || endsAt > today.now }

    /// The latest day that can be entered afterwards: not beyond the completed day while that is running.
    static func latestBackfill(after last: CompletedDay?, on today: Today) -> LocalDate {
        guard let last, last.endsAt > today.now else { return today.date }
        return min(last.date, today.date)
    }
}
