import HearthKit

/// Reads comma-separated values (RFC 4180) record by record. Lines end with CR LF, LF or CR; empty ones are passed over.
struct CSVReader {
    /// A line, or several where a quoted cell has line breaks.
    struct Record: Equatable {
        /// The number of its first line, from 1.
        let line: Int
        let cells: [String]
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// - Throws: ``Failure`` 422 when the bytes are no text.
    init(_ bytes: [UInt8]) throws(Failure) {
        // No database keeps U+0000.
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw .invalid(.init(at: ["body"], "Input should be UTF-8 without the character U+0000", type: "string_unicode"))
        }
        self.bytes = bytes
        // The mark by which spreadsheets know UTF-8.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next record; nil at the end.
    ///
    /// - Throws: ``Failure`` 422 with line and column where the text is not as RFC 4180 says; nothing can be read after it.
    mutating func next() throws(Failure) -> Record? {
        while position < bytes.count, takeLineEnd() {}
        guard position < bytes.count else { return nil }
        let start = line
        var cells: [String] = []
        while true {
            cells.append(try cell(column: cells.count + 1))
            guard position < bytes.count else { break }
            if bytes[position] == UInt8(ascii: ",") {
                position += 1
            } else if takeLineEnd() {
                break
            }
        }
        return Record(line: start, cells: cells)
    }

    /// Reads a cell, up to the comma, line end or end of the text behind it.
    private mutating func cell(column: Int) throws(Failure) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            let start = position
            while position < bytes.count, !endsCell(bytes[position]) {
                guard bytes[position] != UInt8(ascii: "\"") else {
                    throw problem(line, column, "A cell with a quote in it should be quoted as a whole")
                }
                position += 1
            }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        let start = line
        var text: [UInt8] = []
        position += 1
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\"") {
                position += 1
                guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                    guard position == bytes.count || endsCell(bytes[position]) else {
                        throw problem(line, column, "A quoted cell should end with its quote")
                    }
                    return String(decoding: text, as: UTF8.self)
                }
                text.append(bytes[position])
                position += 1
            } else {
                let before = position
                if !takeLineEnd() { position += 1 }
                text += bytes[before..<position]
            }
        }
        throw problem(start, column, "A quoted cell should have an end")
    }

    private func endsCell(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    /// Passes over a line end, if there is one here.
    private mutating func takeLineEnd() -> Bool {
        switch bytes[position] {
        case UInt8(ascii: "\n"): position += 1
        case UInt8(ascii: "\r"):
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
        default: return false
        }
        line += 1
        return true
    }

    private func problem(_ line: Int, _ column: Int, _ message: String) -> Failure {
        .invalid(.init(at: ["body", "\(line)", "\(column)"], message, type: "csv_invalid"))
    }
}
