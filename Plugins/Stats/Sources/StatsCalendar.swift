import HearthKit

/// A month of a user.
struct StatsCalendar: Output {
    let year: Int
    let month: Int
    /// The whole month.
    let period: Period
    /// Its days up to today.
    let past: Period

    static let schema = Schema<StatsCalendar>("StatsCalendarResponse") {
        Field("year") { $0.year }
        Field("month") { $0.month }
        Field("days") { $0.period.days.map(CalendarDay.init) }
        Field("month_completion_rate", .docs("0 to 100: the mean of the days up to today on which something was due.")) {
            $0.past.rate
        }
        Field("perfect_days_count") { $0.past.perfectDays }
        Field("total_xp") { $0.past.xp }
    }

    /// A day of the month.
    struct CalendarDay: Output {
        let day: Day

        static let schema = Schema<CalendarDay>("CalendarDay") {
            Field("day_date") { $0.day.date }
            Field("completion_rate", .docs("0 to 100.")) { $0.day.rate }
            Field("habits_completed") { $0.day.habitsCompleted }
            Field("habits_scheduled", .docs("Due that day; for days to come as of now.")) { $0.day.habitsTotal ?? 0 }
            Field("is_perfect_day") { $0.day.isPerfect }
            Field("mood_average", .docs("1 to 5; null where no completion has one.")) { $0.day.mood.value }
            Field("tasks_completed") { $0.day.tasksCompleted }
            Field("total_coins") { $0.day.coins }
            Field("total_xp") { $0.day.xp }
        }
    }
}

/// Which month to show.
struct CalendarQuery: Input {
    var year: Int?
    var month: Int?

    static let schema = Schema<CalendarQuery>("StatsCalendarQuery") {
        Field("year", \.year, .range(2020...9999), .docs("Null for this year."))
        Field("month", \.month, .range(1...12), .docs("Null for this month."))
    }
}

extension Context {
    /// A month of a user.
    func calendar(of user: ContextInfo.Actor, _ asked: CalendarQuery) async throws -> StatsCalendar {
        let today = try date(in: user.timezone)
        let (year, month) = (asked.year ?? today.components.year, asked.month ?? today.components.month)
        let first = LocalDate(year: year, month: month, day: 1) ?? today
        let days = first...(first + (LocalDate.length(ofMonth: month, in: year) - 1))
        let history = try await history(of: user.id, in: days)
        let past = days.filter { $0 <= today }.map { history[$0] }
        return StatsCalendar(year: year, month: month, period: history[days], past: Period(days: past))
    }
}
