import HearthKit
import Testing

@testable import Habits

/// What is wrong in the records of a file together.
struct ImportFileTests {
    private func problems(_ text: String) throws -> [String] {
        let file = ImportFile(try read(text, as: HabitsFile.self))
        do {
            try file.check(upTo: day("2026-11-21"), at: instant("2026-11-20T12:00:00Z")).check()
            return []
        } catch {
            return ((error as? Failure)?.errors ?? []).map { "\($0.location.joined(separator: ".")) \($0.type)" }
        }
    }

    private let one = "019a0f5e-6a00-7000-8000-000000000001"
    private let two = "019a0f5e-6a00-7000-8000-000000000002"

    @Test func `a file without faults has none`() throws {
        #expect(
            try problems(
                """
                {"habits": [{"id": "\(one)", "title": "Read", "pauses": [{"start_date": "2026-12-01", "end_date": "2026-12-02"}]}],
                 "completions": [{"id": "\(one)", "habit_id": "\(one)", "completed_date": "2026-11-21"},
                                 {"id": "\(two)", "habit_id": "\(one)", "completed_date": "2026-11-20"}]}
                """) == [])
    }

    @Test func `ids and days are there once`() throws {
        #expect(
            try problems(
                """
                {"habits": [{"id": "\(one)", "title": "Read"}, {"id": "\(one)", "title": "Run"}],
                 "completions": [{"id": "\(one)", "habit_id": "\(one)", "completed_date": "2026-11-20"},
                                 {"id": "\(one)", "habit_id": "\(two)", "completed_date": "2026-11-20"},
                                 {"id": "\(two)", "habit_id": "\(one)", "completed_date": "2026-11-20"}]}
                """) == [
                    "body.habits.1.id repeated", "body.completions.1.id repeated", "body.completions.2.completed_date repeated",
                ])
    }

    @Test func `nothing is in the future and pauses are apart`() throws {
        #expect(
            try problems(
                """
                {"habits": [{"id": "\(one)", "title": "Read", "pauses": [{"start_date": "2026-12-01", "end_date": "2026-12-02"},
                             {"start_date": "2026-12-02", "end_date": "2026-12-03"}, {"start_date": "2026-12-09", "end_date": "2026-12-08"}]}],
                 "completions": [{"id": "\(one)", "habit_id": "\(one)", "completed_date": "2026-11-22",
                                  "completed_at": "2026-11-20T12:00:01Z"}]}
                """) == [
                    "body.habits.0.pauses value_error", "body.habits.0.pauses value_error",
                    "body.completions.0.completed_date value_error", "body.completions.0.completed_at value_error",
                ])
    }
}
