import HearthJSON
import Testing

@testable import HearthKit

private struct Part: Input, Output {
    var day = LocalDate(days: 0)
    static let schema = Schema<Part>("InputReaderPart") { Field("day", \.day, .required) }
}

private struct Line: Input, Output {
    var title = ""
    var count = 1
    var isDone = false
    var note: String?
    var parts: [Part] = []
    static let schema = Schema<Line>("InputReaderLine") {
        Field("title", \.title, .required, .length(1...5))
        Field("count", \.count, .range(1...9))
        Field("is_done", \.isDone)
        Field("note", \.note)
        Field("parts", \.parts)
    }
}

struct InputReaderTests {
    @Test func `texts are read as the types that the schema names, and what is left out has its default`() throws {
        let reader = try InputReader<Line>()
        let line = try reader.read(
            ["title": "12", "count": "3", "is_done": "true", "parts": [["day": "2026-11-20"]], "unknown": "x"], at: ["body"])
        #expect(line.title == "12" && line.count == 3 && line.isDone && line.note == nil)
        #expect(line.parts.map(\.day.description) == ["2026-11-20"])
        #expect(try reader.read(["title": "a"], at: []).count == 1)
    }

    @Test func `everything that is wrong is told with its place`() throws {
        let reader = try InputReader<Line>()
        let fields: JSONObject = ["title": "too long", "count": "x", "parts": [["day": "2026-02-30"], [:]]]
        do {
            _ = try reader.read(fields, at: ["body", "7"])
            Issue.record("nothing was wrong")
        } catch {
            #expect(error.status == 422)
            #expect(
                error.errors.map { $0.location.joined(separator: ".") }
                    == ["body.7.title", "body.7.count", "body.7.parts.0.day", "body.7.parts.1.day"])
            #expect(error.errors.map(\.type).first == "string_too_long")
        }
    }
}
