import HearthKit

/// A user's habits and completions as one table of comma-separated values: a line a habit, then a line a completion. The first
/// column says which; a column that does not belong to the kind is empty. Members of a list stand beside each other, and the two
/// days of a pause with a slash between.
struct HabitsTable: Sendable {
    /// The columns, under which lines have their members.
    static let columns = [
        "record", "id", "habit_id", "title", "description", "icon", "color", "category", "frequency", "specific_days",
        "times_per_week", "difficulty", "positive", "negative", "target_value", "unit", "reminder_time", "base_xp", "base_coins",
        "pauses", "position", "archived_at", "completed_date", "completed_at", "is_backfilled", "notes", "difficulty_rating",
        "mood_rating", "value", "streak_at_completion", "created_at", "updated_at", "xp_earned", "coins_earned",
    ]

    private let habits: InputReader<HabitRecord>
    private let completions: InputReader<CompletionRecord>

    init() throws {
        habits = try InputReader()
        completions = try InputReader()
    }

    /// The line of a record.
    ///
    /// - Parameters:
    ///   - kind: `habit` or `completion`.
    ///   - record: What stands in it.
    static func line(_ kind: String, _ record: some Output) throws -> String {
        var json = JSONWriter()
        record.write(to: &json)
        guard case .object(var object) = try JSONValue(parsing: json.bytes) else { return "" }
        object["record"] = .string(kind)
        return CSVText.line(columns.map { object[$0].flatMap(text) })
    }

    /// What a cell says; nil for null.
    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .string(let text): text
        case .array(let values): values.isEmpty ? nil : values.compactMap(text).joined(separator: " ")
        case .object(let object): object.members.compactMap { text(of: $0.value) }.joined(separator: "/")
        case .boolean, .integer, .number: value.text
        }
    }

    /// Reads a table.
    ///
    /// - Throws: ``Failure`` 422 with everything that is wrong, by line and column.
    func read(_ bytes: [UInt8]) throws(Failure) -> ImportFile {
        var reader = try CSVReader(bytes)
        guard let header = try reader.next(), header.cells.contains("record") else {
            throw .invalid(.init(at: ["body", "1", "record"], "The first line should name the columns", type: "missing"))
        }
        var file = ImportFile()
        var problems = Problems()
        while let record = try reader.next() {
            let place = ["body", "\(record.line)"]
            if record.cells.count > header.cells.count {
                problems.add(.init(at: place, "Line should have at most \(header.cells.count) cells", type: "csv_invalid"))
            }
            let fields = Self.fields(of: record, under: header)
            do throws(Failure) {
                switch fields["record"] {
                case "habit": file.habits.append(.init(try habits.read(fields, at: place), at: place))
                case "completion": file.completions.append(.init(try completions.read(fields, at: place), at: place))
                default:
                    problems.add(.init(at: place + ["record"], "Input should be 'habit' or 'completion'", type: "enum"))
                }
            } catch {
                problems.add(error)
            }
            guard file.habits.count <= HabitsFile.mostHabits, file.completions.count <= HabitsFile.mostCompletions else {
                throw .fileTooLong
            }
        }
        try problems.check()
        return file
    }

    /// The members of a line: what is empty is left out.
    private static func fields(of record: CSVReader.Record, under header: CSVReader.Record) -> JSONObject {
        var fields = JSONObject()
        for (name, cell) in zip(header.cells, record.cells) {
            guard let text = CSVText.text(ofCell: cell) else { continue }
            let parts = text.split(separator: " ").map(String.init)
            switch name {
            case "specific_days": fields[name] = .array(parts.map { .string($0) })
            case "pauses": fields[name] = [Pause](text: text).map(value(of:)) ?? .string(text)
            default: fields[name] = .string(text)
            }
        }
        return fields
    }

    private static func value(of pauses: [Pause]) -> JSONValue {
        .array(pauses.map { ["start_date": .string("\($0.startDate)"), "end_date": .string("\($0.endDate)")] })
    }
}
