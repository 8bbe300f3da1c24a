import HearthKit

/// The form of a file of habits.
enum FileFormat: String, JSONEnum {
    case json, csv

    var contentType: String { self == .json ? "application/json" : "text/csv; charset=utf-8" }
}

extension Context {
    /// How many completions are read together.
    private static let pageSize = 500

    /// Sends a user's habits and completions page by page, so that a file of any length needs the memory of a page. Each page is
    /// as it stands when it is read.
    ///
    /// - Throws: ``HostError``, ended when the client has gone.
    func export(of user: UUID, as format: FileFormat, to stream: ReplyStream) async throws {
        let habits: [Habit] = try await query(Habit.list(of: user, archived: true))
        let writer: any FileWriter = format == .json ? JSONFileWriter() : TableWriter()
        try await stream.send(try writer.beginning(habits.map(HabitRecord.init)))
        let exported = Set(habits.map(\.id))
        var isFirst = true
        var page: [Completion] = []
        repeat {
            page = try await query(Completion.page(of: user, after: page.last.map { ($0.day.date, $0.id) }, limit: Self.pageSize))
            // A habit that has come since is not in the file.
            let records = page.filter { exported.contains($0.habitID) }.map(CompletionRecord.init)
            guard !records.isEmpty else { continue }
            try await stream.send(try writer.completions(records, isFirst: isFirst))
            isFirst = false
        } while page.count == Self.pageSize
        try await stream.send(writer.end)
    }
}

/// Writes a file in pieces.
private protocol FileWriter: Sendable {
    /// Everything before the completions.
    func beginning(_ habits: [HabitRecord]) throws -> String
    func completions(_ page: [CompletionRecord], isFirst: Bool) throws -> String
    /// Everything behind them.
    var end: String { get }
}

/// A ``HabitsFile``.
private struct JSONFileWriter: FileWriter {
    func beginning(_ habits: [HabitRecord]) -> String {
        let format = HabitsFile.Format.first.rawValue
        return #"{"format":"\#(format)","habits":[\#(elements(habits))],"completions":["#
    }

    func completions(_ page: [CompletionRecord], isFirst: Bool) -> String { (isFirst ? "" : ",") + elements(page) }

    var end: String { "]}" }

    private func elements(_ records: [some JSONEncodable]) -> String {
        var json = JSONWriter()
        records.write(to: &json)
        return json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
    }
}

/// A ``HabitsTable``, with the mark by which spreadsheets know UTF-8.
private struct TableWriter: FileWriter {
    func beginning(_ habits: [HabitRecord]) throws -> String {
        "\u{FEFF}" + CSVText.line(HabitsTable.columns) + (try lines("habit", habits))
    }

    func completions(_ page: [CompletionRecord], isFirst: Bool) throws -> String { try lines("completion", page) }

    var end: String { "" }

    private func lines(_ kind: String, _ records: [some Output]) throws -> String {
        try records.map { try HabitsTable.line(kind, $0) }.joined()
    }
}
