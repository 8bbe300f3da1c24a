import HearthKit

/// Whose perfect days are asked for.
struct PerfectDaysQuestion: Input {
    var userID = UUID.zero
    /// How far to look back.
    var within = 1

    static let schema = Schema<PerfectDaysQuestion>("PerfectDaysQuestion") {
        Field("user_id", \.userID, .required)
        Field("within", \.within, .required, .range(1...366))
    }
}

/// A habit and the days on which it was done.
struct KeptHabit {
    let use: HabitUse
    let completed: Set<LocalDate>

    /// Whether something that was due has not been done when a day ends. What counts weeks is due when the week ends, if it was in use
    /// for the whole of it.
    func isLeftOut(on date: LocalDate) -> Bool {
        guard use.schedule.countsWeeks else { return use.isDue(on: date) && !completed.contains(date) }
        let week = date.startOfWeek...(date.startOfWeek + 6)
        guard date == week.upperBound, use.since <= week.lowerBound, use.until.map({ date < $0 }) ?? true,
            !use.schedule.pauses.contains(where: { $0.overlaps(week) })
        else { return false }
        return completed.count { week.contains($0) } < use.schedule.weekTarget
    }
}

/// How many days in a row nothing was left out, from the first to the last of them on which something was done.
struct PerfectDays: Output, Hashable {
    let days: Int

    /// - Parameter range: Up to the user's today, which counts once nothing of it is left to do.
    init(of habits: [KeptHabit], in range: ClosedRange<LocalDate>) {
        let today = range.upperBound
        let isOpen = habits.contains { $0.isLeftOut(on: today) }
        var date = isOpen ? today - 1 : today
        var done: [LocalDate] = []
        while date >= range.lowerBound, !habits.contains(where: { $0.isLeftOut(on: date) }) {
            if habits.contains(where: { $0.completed.contains(date) }) { done.append(date) }
            date = date - 1
        }
        guard let first = done.last, let last = done.first else {
            days = 0
            return
        }
        days = min(last - first + 1, today - range.lowerBound)
    }

    static let schema = Schema<PerfectDays>("PerfectDays") { Field("days") { $0.days } }
}
