import HearthKit

/// That a habit was done on an earlier day.
struct CompletionBackfill: Input {
    var habitID = UUID.zero
    var completedDate = LocalDate(days: 0)
    var notes: String?

    static let schema = Schema<CompletionBackfill>("CompletionBackfill") {
        Field("habit_id", \.habitID, .required)
        Field("completed_date", \.completedDate, .required, .docs("Today or one of the 30 days before."))
        Field("notes", \.notes, .length(...500))
    }
}
