import HearthKit

/// A habit of today's list with the progress of its week.
struct HabitWithProgress: Output {
    let response: HabitResponse
    let weekCompletions: Int

    private var weekTarget: Int { response.habit.schedule.weekTarget }

    static let schema = Schema<HabitWithProgress>("HabitWithProgress") {
        Include(\.response)
        Field("week_completions", .docs("In this ISO week.")) { $0.weekCompletions }
        Field("week_target", .docs("How many completions make the week complete.")) { $0.weekTarget }
        Field("progress_percentage", .docs("0 to 100.")) {
            Rate($0.weekCompletions, of: $0.weekTarget).percentage(decimals: 1)
        }
    }
}
