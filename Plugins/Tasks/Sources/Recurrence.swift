import HearthKit

/// On which days a task comes again.
struct Recurrence: Hashable {
    /// How often.
    enum Frequency: String, JSONEnum, Column {
        case daily, weekdays, weekly, monthly
    }

    let frequency: Frequency
    /// The ISO weekday, 1 for Monday to 7, of a weekly task; the day of the month of a monthly one; else 0. It is kept, so that
    /// a task of the 31st comes on the 31st again after a shorter month, and one that was put off once on its own day.
    let day: Int

    /// - Parameters:
    ///   - frequency: How often.
    ///   - day: The weekday or the day of the month; nil for that of the date, as any that is no weekday of a weekly task.
    ///   - date: When it comes first, or would.
    init(_ frequency: Frequency, day: Int?, from date: LocalDate) {
        self.frequency = frequency
        switch frequency {
        case .daily, .weekdays: self.day = 0
        case .weekly: self.day = day.flatMap { $0 <= 7 ? $0 : nil } ?? date.weekday + 1
        case .monthly: self.day = day ?? date.components.day
        }
    }

    /// The first day of its kind after a day.
    func next(after date: LocalDate) -> LocalDate {
        switch frequency {
        case .daily: return date + 1
        case .weekdays: return date + (date.weekday < 4 ? 1 : 7 - date.weekday)
        case .weekly:
            let ahead = (day - 1 - date.weekday + 7) % 7
            return date + (ahead == 0 ? 7 : ahead)
        case .monthly:
            let (year, month, _) = date.components
            let here = self.date(in: month, of: year)
            if here > date { return here }
            return month == 12 ? self.date(in: 1, of: year + 1) : self.date(in: month + 1, of: year)
        }
    }

    /// The day in a month: its last one when the month is too short.
    private func date(in month: Int, of year: Int) -> LocalDate {
        let last = LocalDate.length(ofMonth: month, in: year)
        // A month that no calendar of ours has is after all others.
        return LocalDate(year: year, month: month, day: min(day, last)) ?? LocalDate(days: .max)
    }
}
