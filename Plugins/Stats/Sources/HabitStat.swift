import HearthKit

/// How a habit went in a range of days.
struct HabitStat: Output, Hashable {
    let habit: HabitSummary
    let completions: Int
    let xp: Int
    /// In percent of what its schedule asks for.
    let rate: Double
    let mood: Double?

    /// - Parameters:
    ///   - habit: Of the user.
    ///   - count: Of its completions in the range; nil for none.
    ///   - range: The days.
    ///   - created: The day on which the habit was created: earlier ones ask for nothing.
    ///   - archived: The day on which it was archived: that and later ones ask for nothing; nil for a habit in use.
    init(
        _ habit: HabitSummary, _ count: HabitCount?, in range: ClosedRange<LocalDate>, created: LocalDate,
        archived: LocalDate? = nil
    ) {
        self.habit = habit
        completions = count?.completions ?? 0
        xp = count?.xp ?? 0
        mood = count?.mood.value
        let last = archived.map { min(range.upperBound, $0 - 1) } ?? range.upperBound
        let days = max(1, last - max(range.lowerBound, created) + 1)
        rate = min(1, Double(completions) * 7 / Double(days * max(1, habit.weekTarget))).percent
    }

    /// The habits of a user in a range of days, the best first.
    ///
    /// - Parameter date: The user's day at an instant.
    static func list(
        of habits: [HabitSummary], _ counts: [UUID: HabitCount], in range: ClosedRange<LocalDate>,
        date: (Timestamp) throws -> LocalDate
    ) rethrows -> [HabitStat] {
        try habits.map { habit in
            HabitStat(
                habit, counts[habit.id], in: range, created: try date(habit.createdAt), archived: try habit.archivedAt.map(date))
        }
        .sorted { ($0.rate, $0.completions, $1.habit.id) > ($1.rate, $1.completions, $0.habit.id) }
    }

    static let schema = Schema<HabitStat>("HabitStat") {
        Field("habit_id") { $0.habit.id }
        Field("habit_name") { $0.habit.title }
        Field("title", .docs("The same as `habit_name`.")) { $0.habit.title }
        Field("icon") { $0.habit.icon }
        Field("total_completions", .docs("In the range.")) { $0.completions }
        Field("completion_rate", .docs("0 to 100: of what its schedule asks for, while the habit is in use.")) { $0.rate }
        Field("current_streak") { $0.habit.currentStreak }
        Field("best_streak") { $0.habit.bestStreak }
        Field("total_xp_earned", .docs("In the range.")) { $0.xp }
        Field("average_mood", .docs("1 to 5, in the range; null where no completion has one.")) { $0.mood }
    }
}
