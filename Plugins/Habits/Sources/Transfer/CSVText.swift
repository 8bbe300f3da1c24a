/// Cells of comma-separated values (RFC 4180) that spreadsheets open without running what is in them.
///
/// A cell whose text would be taken for a formula begins with an apostrophe, and so does one whose text begins with an apostrophe
/// itself or is empty, which leaves the empty cell for null. So every text comes back as it was.
enum CSVText {
    /// A line with its end.
    ///
    /// - Parameter cells: nil for null.
    static func line(_ cells: [String?]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    private static func cell(_ text: String?) -> String {
        guard let text else { return "" }
        let safe = isProtected(text.unicodeScalars.first) ? "'" + text : text
        guard safe.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return safe }
        // By bytes: a quote with an accent on it would be another character.
        let quote = UInt8(ascii: "\"")
        return "\"" + String(decoding: safe.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }, as: UTF8.self) + "\""
    }

    /// The text of a cell; nil for null.
    static func text(ofCell cell: String) -> String? {
        guard let first = cell.unicodeScalars.first else { return nil }
        let rest = cell.unicodeScalars.dropFirst()
        return first == "'" && isProtected(rest.first) ? String(rest) : cell
    }

    /// Whether a text that begins so gets an apostrophe in front.
    ///
    /// - Parameter first: nil for the empty text.
    private static func isProtected(_ first: Unicode.Scalar?) -> Bool {
        guard let first else { return true }
        // What spreadsheets take for the beginning of a formula, in full width too, or skip before one.
        return ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'"].contains(first)
    }
}
