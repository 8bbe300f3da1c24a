import HearthKit

/// What a new habit is made of.
struct HabitCreate: Input {
    var title = ""
    var description: String?
    var icon = "🎯"
    var color = "#6366f1"
    var category = "general"
    var frequency = Frequency.daily
    var specificDays: [DayOfWeek]?
    var timesPerWeek: Int?
    var difficulty = Difficulty.easy
    var isPositive = true
    var isNegative = false
    var targetValue: Int?
    var unit: String?
    var reminderTime: LocalTime?
    var baseXP = 10
    var baseCoins = 5

    static let schema = Schema<HabitCreate>("HabitCreate") {
        Field("title", \.title, .required, .length(1...100), .example("Meditation"))
        Field("description", \.description, .length(...500))
        Field("icon", \.icon, .length(...10), .docs("An emoji."))
        Field("color", \.color, .pattern("^#[0-9A-Fa-f]{6}$"))
        Field("category", \.category, .length(1...50))
        Field("frequency", \.frequency)
        Field("specific_days", \.specificDays, .docs("For the frequency `specific_days`; none means every day."))
        Field("times_per_week", \.timesPerWeek, .range(1...7), .docs("For the frequency `x_per_week`; null means 3."))
        Field("difficulty", \.difficulty, .docs("Decides the base reward: 10, 15 or 20 XP and half as many coins."))
        Field("positive", \.isPositive, .docs("Something to do."))
        Field("negative", \.isNegative, .docs("Something to leave off."))
        Field("target_value", \.targetValue, .range(1...1_000_000), .docs("How much of `unit` to aim at each time."))
        Field("unit", \.unit, .length(1...30), .example("pages"))
        Field("reminder_time", \.reminderTime, .example("07:00:00"))
        Field("base_xp", \.baseXP, .range(1...100), .docs("Accepted for older clients; `difficulty` decides."))
        Field("base_coins", \.baseCoins, .range(1...50), .docs("Accepted for older clients; `difficulty` decides."))
    }
}
