import HearthKit
import Testing

@testable import Tasks

/// A date that the test knows to exist.
func day(_ text: String) throws -> LocalDate { try #require(LocalDate(text)) }

/// An instant that the test knows to exist.
func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

/// What a user's clock shows, such as `2026-11-20` and `12:00`.
func moment(_ date: String, _ time: String = "12:00") throws -> Moment {
    Moment(now: try instant("\(date)T\(time):00Z"), date: try day(date), latestTime: try #require(LocalTime(time)))
}

/// A request as its client writes it.
func read<T: JSONDecodable>(_ text: String, as _: T.Type = T.self) throws -> T { try T(json: JSONValue(parsing: text)) }

/// A value as its client reads it.
func json(_ value: some JSONEncodable) throws -> JSONObject {
    var writer = JSONWriter()
    value.write(to: &writer)
    guard case .object(let object) = try JSONValue(parsing: writer.bytes) else { throw NotAnObject() }
    return object
}

private struct NotAnObject: Error {}

/// Something to identify rows by.
let someone = UUID("019a0f5e-6a00-7000-8000-000000000001") ?? .zero

/// A task that was created at noon of 2026-11-20.
func makeTask(_ text: String = #"{"title": "Clean the garage"}"#, due: Due? = nil) throws -> UserTask {
    UserTask(try read(text), due: due, of: someone, at: try moment("2026-11-20"), makeID: { someone })
}

/// An evaluation that is worth something.
func evaluation(_ difficulty: Difficulty, xp: Int) -> Evaluation {
    var evaluation = Evaluation()
    evaluation.difficulty = difficulty
    evaluation.xpReward = xp
    evaluation.coinsReward = xp / 2
    evaluation.estimatedTimeMinutes = 30
    return evaluation
}
