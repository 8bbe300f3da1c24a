import HearthKit
import Testing

@testable import Habits

/// Comma-separated values: safe to open, and read as they were written.
struct CSVTests {
    private func records(_ text: String) throws -> [CSVReader.Record] {
        var reader = try CSVReader(Array(text.utf8))
        var records: [CSVReader.Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    private func place(ofErrorIn text: String) -> [String]? {
        do {
            _ = try records(text)
            return nil
        } catch {
            return (error as? Failure)?.errors.first?.location
        }
    }

    @Test func `every text comes back as it was, null and the empty one too`() throws {
        let texts: [String?] = [
            nil, "", "a", "'", "''", "'a", "'=a", "=SUM(A1:A9)", "+1", "-1", "@x", "\tx", "\rx", "\nx", "\r\nx", "a,b", "a\"b",
            "\"",
            "a\r\nb", "a\nb", " a ", "＝1", "🔥", "\"\u{301}", "=\"\u{301},\"", "é", ";", "\u{FEFF}",
        ]
        let line = CSVText.line(texts)
        let records = try records("x\r\n" + line)
        let last = try #require(records.last)
        #expect(records.count == 2)
        #expect(last.cells.map { CSVText.text(ofCell: $0) } == texts)
    }

    @Test func `no cell begins like a formula`() throws {
        for text in ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "=cmd|' /C calc'!A0"] {
            let cell = try #require(try records(CSVText.line([text, "x"])).first?.cells.first)
            #expect(cell == "'" + text)
        }
        #expect(CSVText.line(["1-1", "a=b"]) == "1-1,a=b\r\n")
    }

    @Test func `lines end in any way, and each knows its number`() throws {
        let text = "\u{FEFF}a,b\r\n\r\n1,\"x\r\ny\"\n\n2,z\r3,\"\""
        #expect(
            try records(text) == [
                .init(line: 1, cells: ["a", "b"]), .init(line: 3, cells: ["1", "x\r\ny"]), .init(line: 6, cells: ["2", "z"]),
                .init(line: 7, cells: ["3", ""]),
            ])
        #expect(try records("") == [])
        #expect(try records("a,\n") == [.init(line: 1, cells: ["a", ""])])
        #expect(try records("a,") == [.init(line: 1, cells: ["a", ""])])
    }

    @Test func `what is no such text is refused with line and column`() {
        #expect(place(ofErrorIn: "a,b\n1,x\"y") == ["body", "2", "2"])
        #expect(place(ofErrorIn: "a,b\n1,\"x\ny") == ["body", "2", "2"])
        #expect(place(ofErrorIn: "a,b\n\"x\ny\"z,1") == ["body", "3", "1"])
        #expect(throws: Failure.self) { _ = try CSVReader([0x61, 0xFF]) }
    }

    @Test func `the table has a column for each member and no other`() throws {
        let members = try json(HabitRecord()).members.map(\.name) + json(CompletionRecord()).members.map(\.name)
        #expect(Set(HabitsTable.columns) == Set(members + ["record"]))
        #expect(Set(HabitsTable.columns).count == HabitsTable.columns.count)
    }

    @Test func `a table is read as it was written`() throws {
        var habit = HabitRecord(
            try makeHabit(
                """
                {"title": "=Run", "description": "", "frequency": "specific_days", "specific_days": ["monday", "sunday"],
                 "difficulty": "hard", "negative": true, "target_value": 5, "unit": "km", "reminder_time": "07:30"}
                """))
        habit.pauses = [
            Pause(startDate: try day("2026-12-01"), endDate: try day("2026-12-05")),
            Pause(startDate: try day("2026-12-24"), endDate: try day("2026-12-24")),
        ]
        habit.archivedAt = try instant("2026-11-20T12:00:00.5Z")
        var completion = CompletionRecord()
        completion.id = someone
        completion.habitID = habit.id
        completion.completedDate = try day("2026-11-20")
        completion.notes = "a,\n\"b\""
        completion.moodRating = 5
        let text =
            CSVText.line(HabitsTable.columns) + (try HabitsTable.line("completion", completion))
            + (try HabitsTable.line("habit", habit))
        let file = try HabitsTable().read(Array(text.utf8))
        #expect(try file.habits.map { try json($0.record) } == [try json(habit)])
        #expect(try file.completions.map { try json($0.record) } == [try json(completion)])
        #expect(file.habits.map(\.place) == [["body", "4"]])
    }

    private func problems(_ lines: String...) -> [String] {
        do {
            _ = try HabitsTable().read(Array(lines.joined(separator: "\n").utf8))
            return []
        } catch {
            return ((error as? Failure)?.errors ?? []).map { "\($0.location.joined(separator: ".")) \($0.type)" }
        }
    }

    @Test func `everything wrong in a table is told by line and column`() {
        let id = "\(someone)"
        #expect(
            problems(
                "record,id,title,frequency,pauses,habit_id,completed_date,value,mine", "habit,\(id),Read,,,,,,x",
                "habit,x,,hourly,tomorrow", "completion,\(id),,,,\(id),2026-02-30,-1", "note,\(id)", "habit,,Read,,,,,,,,") == [
                    "body.3.id uuid_parsing", "body.3.title missing", "body.3.frequency enum",
                    "body.3.pauses.0 model_attributes_type", "body.4.completed_date date_from_datetime_parsing",
                    "body.4.value greater_than_equal", "body.5.record enum", "body.6 csv_invalid", "body.6.id missing",
                ])
        #expect(problems("id,title", "\(id),Read") == ["body.1.record missing"])
        #expect(problems("") == ["body.1.record missing"])
        #expect(problems("record,id,title", "habit,\(id),\"Read").first == "body.2.3 csv_invalid")
    }

    @Test func `a table has an end`() {
        let line = "habit,\(someone),Read\n"
        let text = "record,id,title\n" + String(repeating: line, count: HabitsFile.mostHabits + 1)
        #expect(throws: Failure.self) { _ = try HabitsTable().read(Array(text.utf8)) }
    }
}
