import HearthKit
import Testing

@testable import RPG

/// A date that the test knows to exist.
func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

/// An instant that the test knows to exist.
func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

/// A full hour.
func time(_ hour: Int) -> LocalTime { LocalTime(microseconds: Int64(hour) * 3_600_000_000) }

/// A value as its client reads it.
func json(_ value: some JSONEncodable) throws -> JSONValue {
    var writer = JSONWriter()
    value.write(to: &writer)
    return try JSONValue(parsing: writer.bytes)
}

/// Somebody.
let someone = UUID("019a0f5e-6a00-7000-8000-000000000001") ?? .zero

/// A rest on these days.
func rest(_ first: String, _ last: String, _ kind: Rest.Kind = .vacation) throws -> Rest {
    Rest(id: someone, kind: kind, days: try day(first)...day(last))
}
