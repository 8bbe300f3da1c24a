import HearthKit

/// Which days of a habit count.
///
/// Every combination that can be sent has a meaning, so none is refused: `specific_days` without days means every day,
/// `x_per_week` without a number means three times, and days or a number beside another frequency wait until that changes.
struct Schedule: Hashable {
    var frequency: Frequency
    /// The chosen days; empty for none.
    var weekdays: Weekdays
    /// The chosen number, 1 to 7.
    var timesPerWeek: Int?
    /// In ascending order, apart from each other.
    var pauses: [Pause]

    init(_ frequency: Frequency, on weekdays: Weekdays = [], timesPerWeek: Int? = nil, pauses: [Pause] = []) {
        self.frequency = frequency
        self.weekdays = weekdays
        self.timesPerWeek = timesPerWeek
        self.pauses = pauses
    }

    /// Whether the habit belongs on the list of a day. A weekly habit stands there on Mondays.
    func shows(on date: LocalDate) -> Bool { asks(for: date) && !isPaused(on: date) }

    /// Whether the frequency alone puts the habit on the list of a day.
    private func asks(for date: LocalDate) -> Bool {
        switch frequency {
        case .daily, .timesPerWeek: true
        case .weekly: date.weekday == 0
        case .specificDays: effectiveWeekdays.contains(Weekdays(weekday: date.weekday))
        }
    }

    /// How many completions make a week complete, at least 1.
    var weekTarget: Int {
        switch frequency {
        case .daily: 7
        case .weekly: 1
        case .specificDays: effectiveWeekdays.count
        case .timesPerWeek: timesPerWeek ?? 3
        }
    }

    private var effectiveWeekdays: Weekdays { weekdays.isEmpty ? .everyDay : weekdays }
}

/// The units of a streak: days, or ISO weeks named by their Monday.
///
/// A unit with a day in a pause is excused: left out it breaks no streak, and kept all the same it counts.
extension Schedule {
    /// Whether a streak counts weeks.
    var countsWeeks: Bool { frequency == .weekly || frequency == .timesPerWeek }

    /// The unit that a day lies in; nil for a day that is not scheduled, which neither extends a streak nor breaks it.
    func unit(of date: LocalDate) -> LocalDate? {
        if countsWeeks { return date.startOfWeek }
        return asks(for: date) ? date : nil
    }

    /// The unit that a streak has to have reached for the unit of a day to continue it.
    func unit(before date: LocalDate) -> LocalDate {
        var unit = previousUnit(date)
        // Excused units are left behind a pause at a time, from the latest one on.
        for pause in pauses.reversed() where pause.overlaps(unit...(countsWeeks ? unit + 6 : unit)) {
            unit = previousUnit(pause.startDate)
        }
        return unit
    }

    /// The unit before that of a day, pauses or not.
    private func previousUnit(_ date: LocalDate) -> LocalDate {
        if countsWeeks { return date.startOfWeek - 7 }
        var day = date - 1
        // Ends within a week: at least one weekday is scheduled.
        while !asks(for: day) { day = day - 1 }
        return day
    }
}
