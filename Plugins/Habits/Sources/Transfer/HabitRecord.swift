import HearthKit

/// A habit in a file.
struct HabitRecord: Input, Output {
    var id = UUID.zero
    var values = HabitCreate()
    var pauses: [Pause] = []
    var position = 0
    var archivedAt: Timestamp?
    var createdAt: Timestamp?
    var updatedAt: Timestamp?

    static let schema = Schema<HabitRecord>("HabitRecord") {
        Field("id", \.id, .required, .docs("Kept, unless somebody else has a habit of this id."))
        Include(\.values)
        Field("pauses", \.pauses, .count(0...Pause.most))
        Field("position", \.position, .range(0...1_000_000), .docs("The place in lists, from 0."))
        Field("archived_at", \.archivedAt, .docs("Null for a habit in use."))
        Field("created_at", \.createdAt, .docs("Null for now, as is what is still to come."))
        Field("updated_at", \.updatedAt, .docs("Null for now, as is what is still to come."))
    }

    init() {}

    /// What a file keeps of a habit: all but what follows from its completions.
    init(_ habit: Habit) {
        id = habit.id
        values.title = habit.title
        values.description = habit.description
        values.icon = habit.icon
        values.color = habit.color
        values.category = habit.category
        values.frequency = habit.schedule.frequency
        values.specificDays = habit.schedule.weekdays.isEmpty ? nil : habit.schedule.weekdays.names
        values.timesPerWeek = habit.schedule.timesPerWeek
        values.difficulty = habit.difficulty
        values.isPositive = habit.isPositive
        values.isNegative = habit.isNegative
        values.targetValue = habit.targetValue
        values.unit = habit.unit
        values.reminderTime = habit.reminderTime
        values.baseXP = habit.difficulty.baseXP
        values.baseCoins = habit.difficulty.baseCoins
        pauses = habit.schedule.pauses
        position = habit.position
        archivedAt = habit.archivedAt
        createdAt = habit.createdAt
        updatedAt = habit.updatedAt
    }

    /// The habit, without completions yet.
    func habit(id: UUID, of user: UUID, at now: Timestamp) -> Habit {
        var habit = Habit(values, id: id, of: user, position: position, at: min(createdAt ?? now, now))
        habit.schedule.pauses = pauses.sorted { $0.startDate < $1.startDate }
        habit.archivedAt = archivedAt
        habit.updatedAt = updatedAt ?? now
        return habit
    }
}
