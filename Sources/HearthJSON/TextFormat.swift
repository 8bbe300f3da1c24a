/// Formats of text that are checked; others are annotations.
enum TextFormat: String, Sendable {
    case uuid
    case date
    case dateTime = "date-time"
    case time
    case email
    case uri

    /// What is said about a text that has another form.
    var refusal: (type: String, message: String) {
        switch self {
        case .uuid: ("uuid_parsing", "Input should be a valid UUID")
        case .date: ("date_parsing", "Input should be a valid date in the format YYYY-MM-DD")
        case .dateTime: ("datetime_parsing", "Input should be a valid datetime such as 2026-01-31T12:00:00Z")
        case .time: ("time_parsing", "Input should be in a valid time format such as 07:30:00")
        case .email: ("value_error", "value is not a valid email address")
        case .uri: ("url_parsing", "Input should be a valid URL")
        }
    }

    /// Whether a text has the form.
    func accepts(_ text: String) -> Bool {
        let utf8 = Array(text.utf8)
        switch self {
        case .uuid: return Self.isUUID(utf8)
        case .date: return utf8.count == 10 && Self.isDate(utf8[...])
        case .time: return Self.isTime(utf8[...])
        case .dateTime:
            guard utf8.count >= 20, Self.isDate(utf8[..<10]), [0x54, 0x74, 0x20].contains(utf8[10]) else { return false }
            return Self.isTimeWithZone(utf8[11...])
        case .email: return Self.isEmail(text)
        case .uri:
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else { return false }
            return text[..<colon].utf8.allSatisfy { Self.isLetter($0) || Self.isDigit($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E }
                && !utf8.contains { $0 <= 0x20 || $0 == 0x7F }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
    private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (0x41...0x46).contains(byte & 0xDF) }

    private static func isUUID(_ bytes: [UInt8]) -> Bool {
        bytes.count == 36
            && bytes.indices.allSatisfy { [8, 13, 18, 23].contains($0) ? bytes[$0] == 0x2D : isHexadecimal(bytes[$0]) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
        bytes.allSatisfy(isDigit) ? bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) } : nil
    }

    private static func isDate(_ bytes: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(bytes)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let year = number(bytes[0..<4]), year >= 1,
            let month = number(bytes[5..<7]), (1...12).contains(month), let day = number(bytes[8..<10]), day >= 1
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return day <= lengths[month - 1]
    }

    /// `HH:MM`, with seconds and a fraction of them if wanted.
    private static func isTime(_ slice: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(slice)
        guard bytes.count >= 5, bytes[2] == 0x3A, let hour = number(bytes[0..<2]), hour < 24,
            let minute = number(bytes[3..<5]), minute < 60
        else { return false }
        if bytes.count == 5 { return true }
        guard bytes.count >= 8, bytes[5] == 0x3A, let second = number(bytes[6..<8]), second < 60 else { return false }
        if bytes.count == 8 { return true }
        return bytes[8] == 0x2E && (10...18).contains(bytes.count) && bytes[9...].allSatisfy(isDigit)
    }

    private static func isTimeWithZone(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let last = bytes.last else { return false }
        // RFC 3339 asks for seconds.
        if last == 0x5A || last == 0x7A { return bytes.count >= 9 && isTime(bytes.dropLast()) }
        guard bytes.count >= 14, let sign = bytes.dropLast(5).last, sign == 0x2B || sign == 0x2D else { return false }
        return isTime(bytes.suffix(5)) && isTime(bytes.dropLast(6))
    }

    /// The practical rule: one `@`, a local part without spaces, a domain of at least two labels (RFC 5321 lengths).
    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (3...253).contains(parts[1].utf8.count),
            !parts[0].hasPrefix("."), !parts[0].hasSuffix("."), !parts[0].contains(".."),
            parts[0].unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0.value > 0x20 && !"\"(),:;<>[\\]\u{7f}".unicodeScalars.contains($0) })
        else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2 else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.unicodeScalars.allSatisfy { $0 == "-" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
        }
    }
}
