import HearthKit

/// A month of completions.
struct CompletionCalendar: Output, Hashable {
    let days: [Day]
    let summary: Summary

    /// - Parameters:
    ///   - totals: Every day of the month.
    ///   - habits: In use now; each day is measured against them.
    ///   - today: The summary counts no later day.
    init(totals: [DayTotal], habits: HabitsInUse, today: LocalDate) {
        days = totals.map { Day(total: $0, habits: habits.count(on: $0.date)) }
        summary = Summary(days: days.filter { $0.total.date <= today })
    }

    static let schema = Schema<CompletionCalendar>("CompletionCalendarResponse") {
        Field("month", .example("2026-11")) { $0.days.first.map { String("\($0.total.date)".prefix(7)) } ?? "" }
        Field("days") { $0.days }
        Field("summary") { $0.summary }
    }

    /// A day of the month.
    struct Day: Output, Hashable {
        let total: DayTotal
        let habits: Int

        var rate: Rate { Rate(total.completions, of: habits) }

        static let schema = Schema<Day>("CalendarDayData") {
            Field("date") { $0.total.date }
            Field("completion_rate", .docs("0 to 1.")) { $0.rate.fraction }
            Field("habits_done") { $0.total.completions }
            Field("habits_total", .docs("Habits in use now, but for those that rested on that day.")) { $0.habits }
            Field("xp_earned") { $0.total.xp }
        }
    }

    /// What the days up to today come to.
    struct Summary: Output, Hashable {
        let perfectDays: Int
        let totalCompletions: Int
        let averageRate: Double

        init(days: [Day]) {
            perfectDays = days.count { $0.rate.isWhole }
            totalCompletions = days.reduce(0) { $0 + $1.total.completions }
            // A day on which every habit rested says nothing about the others.
            let rates = days.filter { $0.habits > 0 }.map(\.rate.value)
            averageRate = rates.isEmpty ? 0 : (rates.reduce(0, +) / Double(rates.count) * 100).rounded() / 100
        }

        static let schema = Schema<Summary>("CalendarSummary") {
            Field("perfect_days", .docs("On which every habit was done.")) { $0.perfectDays }
            Field("total_completions") { $0.totalCompletions }
            Field("average_rate", .docs("0 to 1.")) { $0.averageRate }
        }
    }

    /// The days of a month.
    ///
    /// - Parameter text: `YYYY-MM`.
    /// - Returns: nil when there is no such month.
    static func days(ofMonth text: some StringProtocol) -> ClosedRange<LocalDate>? {
        guard let first = LocalDate("\(text)-01") else { return nil }
        let (year, month, _) = first.components
        return first...(first + (LocalDate.length(ofMonth: month, in: year) - 1))
    }
}
