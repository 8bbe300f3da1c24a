import HearthKit

/// A habit of today's list with the progress of its week.
struct HabitWithProgress: Output, HabitAnswer {
    let habit: Habit
    let today: Today
    let weekCompletions: Int

    static let schema = Schema<HabitWithProgress>("HabitWithProgress") {
        HabitMembers.all()
        Field("week_completions", .docs("In this ISO week.")) { $0.weekCompletions }
        Field("week_target", .docs("How many completions make the week complete.")) { $0.habit.schedule.weekTarget }
        Field("progress_percentage", .docs("0 to 100.")) {
            Rate($0.weekCompletions, of: $0.habit.schedule.weekTarget).percentage(decimals: 1)
        }
    }
}
