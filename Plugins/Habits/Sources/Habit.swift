import HearthKit

/// A habit as it is stored.
struct Habit: Row, Hashable {
    let id: UUID
    let userID: UUID
    var title: String
    var description: String?
    var icon: String
    var color: String
    var category: String
    var difficulty: Difficulty
    /// Whether it is to be done.
    var isPositive: Bool
    /// Whether it is to be left off.
    var isNegative: Bool
    var schedule: Schedule
    /// How much of ``unit`` a completion aims at.
    var targetValue: Int?
    var unit: String?
    var reminderTime: LocalTime?
    /// The place in lists, from 0.
    var position: Int
    /// nil for a habit in use.
    var archivedAt: Timestamp?
    var streak = Streak()
    /// The completed day with the latest date.
    var lastCompleted: CompletedDay?
    var totalCompletions = 0
    var totalXPEarned = 0
    let createdAt: Timestamp
    /// When the user last changed it; completions do not.
    var updatedAt: Timestamp

    var isArchived: Bool { archivedAt != nil }

    /// Whether it counts as done today, wherever the user has travelled since.
    func isCompleted(on today: Today) -> Bool { lastCompleted?.lasts(on: today) ?? false }

    /// A new habit at the end of the list.
    init(_ values: HabitCreate, id: UUID, of user: UUID, position: Int, at now: Timestamp) {
        self.id = id
        userID = user
        title = values.title
        description = values.description
        icon = values.icon
        color = values.color
        category = values.category
        difficulty = values.difficulty
        isPositive = values.isPositive
        isNegative = values.isNegative
        schedule = Schedule(values.frequency, on: Weekdays(values.specificDays ?? []), timesPerWeek: values.timesPerWeek)
        targetValue = values.targetValue
        unit = values.unit
        reminderTime = values.reminderTime
        self.position = position
        createdAt = now
        updatedAt = now
    }

    /// The columns in the order in which they are read and inserted.
    static let columns: SQL = """
        habits.id, habits.user_id, title, description, icon, color, category, difficulty, positive, negative, frequency, \
        weekdays, times_per_week, pauses, target_value, unit, reminder_time, position, archived_at, current_streak, best_streak, \
        streak_through, last_completed_date, last_day_ends_at, total_completions, total_xp_earned, habits.created_at, updated_at
        """

    init(row: inout RowReader) throws {
        id = try row.next()
        userID = try row.next()
        title = try row.next()
        description = try row.next()
        icon = try row.next()
        color = try row.next()
        category = try row.next()
        difficulty = try row.next()
        isPositive = try row.next()
        isNegative = try row.next()
        schedule = Schedule(
            try row.next(), on: try row.next(), timesPerWeek: try row.next(), pauses: try .init(stored: row.next()))
        targetValue = try row.next()
        unit = try row.next()
        reminderTime = try row.next()
        position = try row.next()
        archivedAt = try row.next()
        streak = Streak(current: try row.next(), best: try row.next(), through: try row.next())
        let lastDate: LocalDate? = try row.next()
        let lastDayEndsAt: Timestamp? = try row.next()
        if let lastDate, let lastDayEndsAt { lastCompleted = CompletedDay(date: lastDate, endsAt: lastDayEndsAt) }
        totalCompletions = try row.next()
        totalXPEarned = try row.next()
        createdAt = try row.next()
        updatedAt = try row.next()
    }
}
