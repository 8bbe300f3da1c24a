import HearthKit

/// That a habit was done today.
struct CompletionCreate: Input {
    var habitID: UUID?
    var taskID: UUID?
    var notes: String?
    var difficultyRating: Int?
    var moodRating: Int?
    var value: Int?

    static let schema = Schema<CompletionCreate>("CompletionCreate") {
        Field("habit_id", \.habitID, .docs("Null is refused with 400."))
        Field("task_id", \.taskID, .docs("Not used: tasks are completed under their own path."))
        Field("notes", \.notes, .length(...500))
        Field("difficulty_rating", \.difficultyRating, .range(1...5))
        Field("mood_rating", \.moodRating, .range(1...5))
        Field(
            "value", \.value, .range(0...1_000_000), .docs("How much of the habit's `unit` was done. Does not change the reward.")
        )
    }
}
