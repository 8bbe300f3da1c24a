import HearthKit

/// How far back to look: periods of the calendar as far as they have come.
enum TimeRange: String, JSONEnum {
    case today, week, month, year
    case allTime = "all_time"

    /// The first day that is looked at at all.
    static let start = LocalDate(days: 18_262)  // 2020-01-01

    /// The days up to today.
    func days(until today: LocalDate) -> ClosedRange<LocalDate> { min(first(of: today), today)...today }

    /// As many days from the beginning of the period before, without those of this one; nil when there is none before.
    func daysBefore(_ today: LocalDate) -> ClosedRange<LocalDate>? {
        guard self != .allTime else { return nil }
        let start = first(of: today)
        let before = first(of: start - 1)
        return before...min(before + (today - start), start - 1)
    }

    private func first(of date: LocalDate) -> LocalDate {
        let (year, _, day) = date.components
        switch self {
        case .today: return date
        case .week: return date.startOfWeek
        case .month: return date - (day - 1)
        case .year: return LocalDate(year: year, month: 1, day: 1) ?? date
        case .allTime: return Self.start
        }
    }
}
