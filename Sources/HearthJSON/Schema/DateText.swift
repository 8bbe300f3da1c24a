/// `date`, `time` and `date-time` as RFC 3339 writes them, with the times without seconds or zone that clients send.
enum DateText {
    static func fault(date bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard bytes.count >= 10 else { return "input is too short" }
        if let fault = self.date(bytes) { return fault }
        return bytes.count == 10 ? nil : "unexpected extra characters at the end of the input"
    }

    static func fault(time bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let (fault, end) = clock(bytes, from: 0)
        return fault ?? zone(bytes, from: end)
    }

    static func violation(dateTime bytes: UnsafeBufferPointer<UInt8>) -> (type: String, message: String)? {
        func violation(_ fault: String) -> (String, String) {
            ("datetime_from_date_parsing", "Input should be a valid datetime or date, \(fault)")
        }
        guard bytes.count >= 10 else { return violation("input is too short") }
        if let fault = date(bytes) { return violation(fault) }
        guard bytes.count > 10 else { return violation("input is too short") }
        guard bytes[10].isOne(of: "Tt ") else { return violation("invalid datetime separator, expected `T`, `t` or space") }
        let (fault, end) = clock(bytes, from: 11)
        if let fault { return violation(fault) }
        // An instant without zone is none: it would be read as UTC and be wrong by hours.
        guard end < bytes.count else { return ("timezone_aware", "Input should have timezone info") }
        return zone(bytes, from: end).map(violation)
    }

    private static func number(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[start..<(start + count)] {
            guard byte.isDigit else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }

    private static func date(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard let year = number(bytes, 0, 4) else { return "invalid character in year" }
        guard bytes[4] == UInt8(ascii: "-") else { return "invalid date separator, expected `-`" }
        guard let month = number(bytes, 5, 2) else { return "invalid character in month" }
        guard bytes[7] == UInt8(ascii: "-") else { return "invalid date separator, expected `-`" }
        guard let day = number(bytes, 8, 2) else { return "invalid character in day" }
        guard year > 0 else { return "year 0 is out of range" }
        guard (1...12).contains(month) else { return "month value is outside expected range of 1-12" }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        return (1...days).contains(day) ? nil : "day value is outside expected range"
    }

    /// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fffffffff`: what is wrong, and where it ends.
    private static func clock(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> (fault: String?, end: Int) {
        guard bytes.count >= start + 5 else { return ("input is too short", start) }
        guard let hour = number(bytes, start, 2) else { return ("invalid character in hour", start) }
        guard bytes[start + 2] == UInt8(ascii: ":") else { return ("invalid time separator, expected `:`", start) }
        guard let minute = number(bytes, start + 3, 2) else { return ("invalid character in minute", start) }
        guard hour < 24 else { return ("hour value is outside expected range of 0-23", start) }
        guard minute < 60 else { return ("minute value is outside expected range of 0-59", start) }
        var end = start + 5
        guard end < bytes.count, bytes[end] == UInt8(ascii: ":") else { return (nil, end) }
        guard let second = number(bytes, end + 1, 2) else { return ("invalid character in second", end) }
        guard second < 60 else { return ("second value is outside expected range of 0-59", end) }
        end += 3
        guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return (nil, end) }
        let fraction = bytes[(end + 1)...].prefix { $0.isDigit }.count
        guard fraction > 0 else { return ("second fraction is missing", end) }
        guard fraction <= 9 else { return ("second fraction value is more than 9 digits long", end) }
        return (nil, end + 1 + fraction)
    }

    /// Nothing, `Z` or `+HH:MM`.
    private static func zone(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> String? {
        guard start < bytes.count else { return nil }
        if bytes[start].isOne(of: "Zz") {
            return bytes.count == start + 1 ? nil : "unexpected extra characters at the end of the input"
        }
        guard bytes[start].isOne(of: "+-") else { return "invalid timezone sign" }
        guard bytes.count == start + 6, bytes[start + 3] == UInt8(ascii: ":"), let hours = number(bytes, start + 1, 2),
            let minutes = number(bytes, start + 4, 2)
        else { return "invalid timezone offset, expected `+HH:MM`" }
        guard hours < 24, minutes < 60 else { return "timezone offset must be less than 24 hours" }
        return nil
    }
}
