import HearthKit
import Testing

@testable import Habits

/// A date that the test knows to exist.
func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

/// An instant that the test knows to exist.
func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

/// A value as its client reads it.
func json(_ value: some JSONEncodable) throws -> JSONObject {
    var writer = JSONWriter()
    value.write(to: &writer)
    guard case .object(let object) = try JSONValue(parsing: writer.bytes) else { throw NotAnObject() }
    return object
}

/// A request as its client writes it.
func read<T: JSONDecodable>(_ text: String, as _: T.Type = T.self) throws -> T { try T(json: JSONValue(parsing: text)) }

private struct NotAnObject: Error {}

/// Something to identify rows by.
let someone = UUID("019a0f5e-6a00-7000-8000-000000000001") ?? .zero

/// A habit that was created before all tests.
func makeHabit(_ text: String = #"{"title": "Read"}"#) throws -> Habit {
    Habit(try read(text), id: someone, of: someone, position: 0, at: try instant("2026-01-01T00:00:00Z"))
}
