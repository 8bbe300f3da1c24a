import HearthKit

/// A user's habits and completions as one JSON document.
struct HabitsFile: Input, Output {
    /// How many habits and completions are taken at once. Larger files are split: what is there already is passed over.
    static let (mostHabits, mostCompletions) = (10_000, 30_000)

    var format = Format.first
    var habits: [HabitRecord] = []
    var completions: [CompletionRecord] = []

    static let schema = Schema<HabitsFile>("HabitsFile") {
        Field("format", \.format)
        Field("habits", \.habits, .count(0...mostHabits))
        Field("completions", \.completions, .count(0...mostCompletions))
    }

    /// What the document is, told by itself.
    enum Format: String, JSONEnum {
        case first = "hearth-habits/1"
    }
}
