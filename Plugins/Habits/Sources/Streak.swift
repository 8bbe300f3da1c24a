import HearthKit

/// How many units of its schedule, days or ISO weeks, a habit was kept up without a gap.
///
/// It follows from the days of the completions and the schedule, pauses among it, alone. It is stored beside the habit, so that lists need not
/// read completions; ``current`` is as of ``through`` and ends by itself as days pass, which ``current(on:by:)`` tells.
struct Streak: Hashable {
    /// The length of the run that ends with ``through``.
    private(set) var current = 0
    /// The longest run.
    private(set) var best = 0
    /// The last unit that counted: a day, or the Monday of a week; nil before the first.
    private(set) var through: LocalDate?

    /// Nothing completed yet.
    init() {}

    /// A stored streak.
    init(current: Int, best: Int, through: LocalDate?) {
        self.current = current
        self.best = best
        self.through = through
    }

    /// The streak that days of completions add up to.
    ///
    /// - Parameters:
    ///   - dates: In ascending order, each once.
    ///   - schedule: Which of them count.
    init(of dates: some Sequence<LocalDate>, by schedule: Schedule) {
        var week: (monday: LocalDate, completions: Int)?
        for date in dates {
            let completions = week?.monday == date.startOfWeek ? (week?.completions ?? 0) + 1 : 1
            week = (date.startOfWeek, completions)
            extend(to: date, inWeek: completions, by: schedule)
        }
    }

    /// Counts a completion of a day that is later than all before.
    ///
    /// - Parameters:
    ///   - date: The day.
    ///   - weekCompletions: How many completions its ISO week has with this one; matters for `x_per_week` only.
    ///   - schedule: Whether it counts.
    mutating func extend(to date: LocalDate, inWeek weekCompletions: Int, by schedule: Schedule) {
        guard let unit = schedule.unit(of: date), unit != through, !schedule.countsWeeks || weekCompletions >= schedule.weekTarget
        else { return }
        let isContinued = through.map { $0 >= schedule.unit(before: unit) } ?? false
        current = isContinued ? current + 1 : 1
        best = max(best, current)
        through = unit
    }

    /// The streak as of a day: 0 once a unit before that day's has passed unused. The unit of the day itself is still open.
    func current(on date: LocalDate, by schedule: Schedule) -> Int {
        guard let through, through >= schedule.unit(before: date) else { return 0 }
        return current
    }
}
