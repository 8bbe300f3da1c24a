import HearthKit

/// What these routes refuse, in the words that clients know.
extension Failure {
    static let habitNotFound = Failure.notFound("Habit not found")
    static let completionNotFound = Failure.notFound("Completion not found")
    static let habitIDRequired = Failure.badRequest("habit_id is required")
    static let habitArchived = Failure.badRequest("Cannot complete an archived habit")
    static let completedToday = Failure.badRequest("Habit already completed today")
    static let inTheFuture = Failure.badRequest("Cannot complete habits in the future")
    static let tooLongAgo = Failure.badRequest("Can only backfill completions from the last 30 days")
    static let pauseInThePast = Failure.badRequest("A pause begins today at the earliest")
    static let pauseTooFar = Failure.badRequest("A pause begins within a year")
    static let pauseReversed = Failure.badRequest("A pause ends after it has begun")
    static let pauseTooLong = Failure.badRequest("A pause has at most \(Pause.longest) days")
    static let tooManyPauses = Failure.badRequest("A habit can have at most \(Pause.most) pauses")
    static let pauseOverlaps = Failure.conflict("The habit is paused on some of these days already")
    static let pauseNotFound = Failure.notFound("Pause not found")
    static let invalidMonth = Failure.badRequest("Invalid month format. Use YYYY-MM")

    static let fileTooLong = Failure(
        422, "A file has at most \(HabitsFile.mostHabits) habits and \(HabitsFile.mostCompletions) completions: split it")

    static func completed(on date: LocalDate) -> Failure { .badRequest("Habit already completed on \(date)") }

    static func tooManyHabits(_ limit: Int) -> Failure {
        Failure(422, "You can have at most \(limit) habits: delete one first")
    }
}
