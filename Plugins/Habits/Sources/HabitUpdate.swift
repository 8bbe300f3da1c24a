import HearthKit

/// A change of a habit. What is left out stays; null clears what may be empty and else counts as left out.
struct HabitUpdate: Input {
    var title = Patch<String?>.unchanged
    var description = Patch<String?>.unchanged
    var icon = Patch<String?>.unchanged
    var color = Patch<String?>.unchanged
    var category = Patch<String?>.unchanged
    var frequency = Patch<Frequency?>.unchanged
    var specificDays = Patch<[DayOfWeek]?>.unchanged
    var timesPerWeek = Patch<Int?>.unchanged
    var difficulty = Patch<Difficulty?>.unchanged
    var isPositive = Patch<Bool?>.unchanged
    var isNegative = Patch<Bool?>.unchanged
    var targetValue = Patch<Int?>.unchanged
    var unit = Patch<String?>.unchanged
    var reminderTime = Patch<LocalTime?>.unchanged
    var isActive = Patch<Bool?>.unchanged
    var baseXP = Patch<Int?>.unchanged
    var baseCoins = Patch<Int?>.unchanged

    static let schema = Schema<HabitUpdate>("HabitUpdate") {
        Field("title", \.title, .length(1...100))
        Field("description", \.description, .length(...500), .docs("Null clears it."))
        Field("icon", \.icon, .length(...10))
        Field("color", \.color, .pattern("^#[0-9A-Fa-f]{6}$"))
        Field("category", \.category, .length(1...50))
        Field("frequency", \.frequency)
        Field("specific_days", \.specificDays, .docs("Null clears it."))
        Field("times_per_week", \.timesPerWeek, .range(1...7), .docs("Null clears it."))
        Field("difficulty", \.difficulty)
        Field("positive", \.isPositive)
        Field("negative", \.isNegative)
        Field("target_value", \.targetValue, .range(1...1_000_000), .docs("Null clears it."))
        Field("unit", \.unit, .length(1...30), .docs("Null clears it."))
        Field("reminder_time", \.reminderTime, .docs("Null clears it."))
        Field("is_active", \.isActive, .docs("False archives the habit, true takes it back into use."))
        Field("base_xp", \.baseXP, .range(1...100), .docs("Accepted for older clients; `difficulty` decides."))
        Field("base_coins", \.baseCoins, .range(1...50), .docs("Accepted for older clients; `difficulty` decides."))
    }

    /// Makes the change, all but what follows from it for the streak and the time.
    func apply(to habit: inout Habit, at now: Timestamp) {
        habit.title = title.applied(to: habit.title)
        habit.description = description.applied(to: habit.description)
        habit.icon = icon.applied(to: habit.icon)
        habit.color = color.applied(to: habit.color)
        habit.category = category.applied(to: habit.category)
        habit.schedule.frequency = frequency.applied(to: habit.schedule.frequency)
        if case .value(let days) = specificDays { habit.schedule.weekdays = Weekdays(days ?? []) }
        habit.schedule.timesPerWeek = timesPerWeek.applied(to: habit.schedule.timesPerWeek)
        habit.difficulty = difficulty.applied(to: habit.difficulty)
        habit.isPositive = isPositive.applied(to: habit.isPositive)
        habit.isNegative = isNegative.applied(to: habit.isNegative)
        habit.targetValue = targetValue.applied(to: habit.targetValue)
        habit.unit = unit.applied(to: habit.unit)
        habit.reminderTime = reminderTime.applied(to: habit.reminderTime)
        if let isActive = isActive.applied(to: nil) { habit.archivedAt = isActive ? nil : habit.archivedAt ?? now }
    }
}
