import HearthKit

/// The habits that a user uses now, against which days are measured.
struct HabitsInUse: Hashable {
    /// Those of each habit.
    let pauses: [[Pause]]

    /// How many of them did not rest on a day.
    func count(on date: LocalDate) -> Int { pauses.count { !$0.contains { $0.overlaps(date...date) } } }
}

/// When a habit rests.
struct PausesOfHabit: Row {
    let pauses: [Pause]

    init(row: inout RowReader) throws { pauses = try .init(stored: row.next()) }

    /// Of each habit that a user uses now.
    static func ofHabitsInUse(of user: UUID) -> SQL {
        "SELECT pauses FROM habits WHERE user_id = \(user) AND archived_at IS NULL"
    }
}
