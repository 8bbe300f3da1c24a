/// Literals with a type, for SQL that has no parameters: `uuid '…'`, `timestamp '2026-11-20T21:51:38Z'`, `date '2026-11-20'`,
/// `time '07:00:00'`, `json '…'`, `bytes '00ff'`.
enum SQLLiteral {
    /// The literal for an engine; nil when the word is no type (an alias, a keyword before a string).
    static func translate(type: SQLToken, text: SQLToken, dialect: Dialect) throws(SQLRefusal) -> String? {
        guard let value = try value(type: type, text: text) else { return nil }
        let quoted = "'" + text.text.replacing("'", with: "''") + "'"
        switch (dialect, value) {
        case (.sqlite, .uuid(let uuid)): return "X'" + String(describing: uuid).replacing("-", with: "") + "'"
        case (.sqlite, .bytes): return "X\(quoted)"
        case (.sqlite, .timestamp(let number)), (.sqlite, .time(let number)): return String(number)
        case (.sqlite, .date(let days)): return String(days)
        case (.postgres, .bytes): return "'\\x\(text.text)'::bytea"
        case (.postgres, .timestamp): return "timestamptz \(quoted)"
        case (.postgres, _): return "\(type.text) \(quoted)"
        case (.sqlite, _): return quoted
        }
    }

    private static func value(type: SQLToken, text: SQLToken) throws(SQLRefusal) -> DatabaseValue? {
        let value: DatabaseValue?
        switch type.text {
        case "uuid": value = DatabaseUUID(text.text).map(DatabaseValue.uuid)
        case "bytes":
            let isHexadecimal = text.text.utf8.count.isMultiple(of: 2) && text.text.allSatisfy { $0.isASCII && $0.isHexDigit }
            value = isHexadecimal ? .bytes([]) : nil
        case "json": value = .json(text.text)
        case "date": value = days(text.text).map { .date(Int32($0)) }
        case "time": value = microseconds(ofTime: text.text).map(DatabaseValue.time)
        case "timestamp": value = timestamp(text.text)
        case "interval": throw SQLRefusal("INTERVAL is not portable: compute dates in code and pass them", line: type.line)
        default: return nil
        }
        guard let value else { throw SQLRefusal("'\(text.text)' is not a \(type.text)", line: text.line) }
        return value
    }

    private static func timestamp(_ text: String) -> DatabaseValue? {
        guard text.hasSuffix("Z"), text.utf8.count >= 20, let split = text.firstIndex(of: "T"),
            let days = days(String(text[..<split])),
            let time = microseconds(ofTime: String(text[text.index(after: split)...].dropLast()))
        else { return nil }
        return .timestamp(days * 86_400_000_000 + time)
    }

    /// Days since 1970 of `2026-11-20`; nil for a day that does not exist.
    private static func days(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
        else { return nil }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...lengths[month - 1]).contains(day), year >= 1 else { return nil }
        let previous = year - 1
        let ordinal = lengths[..<(month - 1)].reduce(day - 1, +)
        return Int64(previous * 365 + previous / 4 - previous / 100 + previous / 400 + ordinal - 719_162)
    }

    /// Microseconds since midnight of `07:00:00` or `07:00:00.25`.
    private static func microseconds(ofTime text: String) -> Int64? {
        let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int64(parts[0]),
            let minute = Int64(parts[1]),
            let second = Int64(parts[2]), (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        var fraction: Int64 = 0
        if halves.count == 2 {
            guard (1...6).contains(halves[1].utf8.count), let number = Int64(halves[1]), number >= 0 else { return nil }
            fraction = (halves[1].utf8.count..<6).reduce(number) { result, _ in result * 10 }
        }
        return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
    }
}
