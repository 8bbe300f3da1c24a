import HearthKit
import Testing

@testable import Stats

/// A date that the test knows to exist.
func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

/// Days from one date to another.
func days(_ first: String, _ last: String) throws -> ClosedRange<LocalDate> { try day(first)...day(last) }

/// A value as its client reads it.
func json(_ value: some JSONEncodable) throws -> JSONObject {
    var writer = JSONWriter()
    value.write(to: &writer)
    guard case .object(let object) = try JSONValue(parsing: writer.bytes) else { throw NotAnObject() }
    return object
}

private struct NotAnObject: Error {}

/// Identifiers to tell rows apart.
func identifier(_ number: Int) -> UUID {
    UUID(named: "\(number)", in: .zero)
}

/// Noon of the day of all tests.
let noon = Timestamp(microseconds: 1_795_176_000_000_000)

/// A habit that is done each day.
func makeHabit(_ number: Int = 1, weekTarget: Int = 7, isActive: Bool = true, streak: Int = 0) -> HabitSummary {
    var habit = HabitSummary()
    habit.id = identifier(number)
    habit.title = "Habit \(number)"
    habit.weekTarget = weekTarget
    habit.isActive = isActive
    habit.currentStreak = streak
    return habit
}
