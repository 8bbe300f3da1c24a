import HearthKit

/// What was completed on one of the last days.
struct DailySummary: Output, Hashable {
    let total: DayTotal
    let habits: Int

    static let schema = Schema<DailySummary>("DailyCompletionSummary") {
        // A day of the user has no zone, so the text has none: clients that read it as local time show the right day.
        Field("date", .docs("Midnight of the user's day, without zone."), .example("2026-11-20T00:00:00")) {
            "\($0.total.date)T00:00:00"
        }
        Field("habits_completed") { $0.total.completions }
        Field("habits_total", .docs("Habits in use now, but for those that rested on that day.")) { $0.habits }
        Field("tasks_completed", .docs("Always 0: tasks are not known here.")) { _ in 0 }
        Field("total_xp") { $0.total.xp }
        Field("total_coins") { $0.total.coins }
        Field("completion_rate", .docs("0 to 100.")) { Rate($0.total.completions, of: $0.habits).percentage(decimals: 2) }
    }
}
