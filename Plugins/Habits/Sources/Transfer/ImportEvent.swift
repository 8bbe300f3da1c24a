import HearthKit

/// That a user has brought habits and completions along. They are not told one by one: whoever computes something from completions
/// does so anew for this user.
struct ImportEvent: Output {
    static let imported = Event<ImportEvent>("habit.imported/1")

    let userID: UUID
    let result: ImportResult
    let occurredAt: Timestamp

    static let schema = Schema<ImportEvent>("HabitImportEvent") {
        Field("user_id") { $0.userID }
        Field("habits", .docs("How many were added.")) { $0.result.habits.created }
        Field("completions", .docs("How many were added.")) { $0.result.completions.created }
        Field("occurred_at") { $0.occurredAt }
    }
}
