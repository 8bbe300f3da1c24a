import HearthKit

/// What a user did in a range of days, compared with the days before.
struct StatsOverview: Output {
    let range: TimeRange
    let period: Period
    /// As many days of the period before; nil when there is none.
    let previous: Period?
    let thisWeek: Period
    let today: Day
    /// All habits, the best of the range first.
    let habits: [HabitStat]
    let streaks: UserCharacter

    private var best: HabitStat? { habits.first { $0.completions > 0 } }

    /// Of several, the better one.
    private var mostCompleted: HabitStat? {
        guard let most = habits.map(\.completions).max(), most > 0 else { return nil }
        return habits.first { $0.completions == most }
    }

    private var rateTrend: Double {
        guard let previous, let share = period.share, let before = previous.share else { return 0 }
        return (share - before).percent
    }

    static let schema = Schema<StatsOverview>("StatsOverview") {
        Field("time_range") { $0.range }
        Field("start_date") { $0.period.days.first?.date ?? TimeRange.start }
        Field("end_date") { $0.today.date }
        Field("total_habits", .docs("In use now.")) { $0.habits.count { $0.habit.isActive } }
        Field("total_completions") { $0.period.habitsCompleted }
        Field("overall_completion_rate", .docs("0 to 100: the mean of the days on which something was due.")) { $0.period.rate }
        Field("total_tasks_completed") { $0.period.tasksCompleted }
        Field("total_xp_earned") { $0.period.xp }
        Field("total_coins_earned") { $0.period.coins }
        Field("current_streak", .docs("Of the user, in days.")) { $0.streaks.currentStreak }
        Field("longest_streak") { $0.streaks.bestStreak }
        Field("perfect_days", .docs("On which everything that was due was done.")) { $0.period.perfectDays }
        Field("days_with_activity") { $0.period.activeDays }
        Field("completion_trend", .docs("The rate minus that of as many days of the period before.")) { $0.rateTrend }
        Field("xp_trend", .docs("In percent of those days; 0 when nothing was earned then.")) {
            Trends.change($0.previous?.xp ?? 0, $0.period.xp, fromNothing: 0)
        }
        Field("best_habit", .docs("With the highest rate.")) { $0.best }
        Field("most_completed_habit") { $0.mostCompleted }
        Field("best_streak", .docs("The same as `longest_streak`.")) { $0.streaks.bestStreak }
        Field("completion_rate", .docs("The same as `overall_completion_rate`.")) { $0.period.rate }
        Field("completed_today", .docs("Habits.")) { $0.today.habitsCompleted }
        Field("habits_this_week", .docs("Since Monday, as the following three.")) { $0.thisWeek.habitsCompleted }
        Field("tasks_this_week") { $0.thisWeek.tasksCompleted }
        Field("xp_this_week") { $0.thisWeek.xp }
        Field("coins_this_week") { $0.thisWeek.coins }
    }
}

extension Context {
    /// What a user did in a range of days.
    func overview(of user: ContextInfo.Actor, _ range: TimeRange) async throws -> StatsOverview {
        let today = try date(in: user.timezone)
        let (days, before) = (range.days(until: today), range.daysBefore(today))
        let week = TimeRange.week.days(until: today)
        let first = min(before?.lowerBound ?? days.lowerBound, week.lowerBound)
        let history = try await history(of: user.id, in: first...today)
        let counts = try await habitCounts(of: user.id, in: days)
        let habits = try await habits(of: user.id)
        return StatsOverview(
            range: range, period: history[days], previous: before.map { history[$0] }, thisWeek: history[week],
            today: history[today],
            habits: try HabitStat.list(of: habits, counts, in: days) { try date(at: $0, in: user.timezone) },
            streaks: try await character(of: user.id) ?? UserCharacter())
    }
}
