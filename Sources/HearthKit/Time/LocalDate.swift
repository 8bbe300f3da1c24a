public import HearthJSON

/// A day of the Gregorian calendar without time and zone: days since 1970-01-01.
public struct LocalDate: Sendable, Hashable, Strideable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let days: Int32

    /// - Parameter days: Since 1970-01-01.
    @inlinable public init(days: Int32) { self.days = days }

    /// Reads `YYYY-MM-DD` in the years 1 to 9999.
    ///
    /// - Returns: nil when the text has another form or there is no such day.
    public init?(_ text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 10, utf8[4] == UInt8(ascii: "-"), utf8[7] == UInt8(ascii: "-") else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var value = 0
            for byte in utf8[range] {
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int(byte - 48)
            }
            return value
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// - Parameters:
    ///   - year: 1 to 9999.
    ///   - month: 1 to 12.
    ///   - day: Of the month.
    /// - Returns: nil when there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(ofMonth: month, in: year)
        else { return nil }
        // Days from civil, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
        let y = month <= 2 ? year - 1 : year
        let era = y / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(days: Int32(era * 146_097 + dayOfEra - 719_468))
    }

    /// Year, month and day of the month.
    public var components: (year: Int, month: Int, day: Int) {
        let z = Int(days) + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// How many days a month has.
    public static func length(ofMonth month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day of the week: 0 for Monday to 6 for Sunday, as ISO 8601 counts them.
    public var weekday: Int {
        let shifted = (Int(days) + 3) % 7
        return shifted < 0 ? shifted + 7 : shifted
    }

    /// The Monday of the day's ISO week.
    public var startOfWeek: LocalDate { self - weekday }

    /// A number of days later.
    public static func + (date: LocalDate, days: Int) -> LocalDate {
        LocalDate(days: Int32(clamping: Int(date.days).addingReportingOverflow(days).partialValue))
    }
    /// A number of days earlier.
    public static func - (date: LocalDate, days: Int) -> LocalDate {
        LocalDate(days: Int32(clamping: Int(date.days).subtractingReportingOverflow(days).partialValue))
    }
    /// The number of days from one day to another.
    public static func - (later: LocalDate, earlier: LocalDate) -> Int { Int(later.days) - Int(earlier.days) }

    public static func < (a: LocalDate, b: LocalDate) -> Bool { a.days < b.days }

    public func advanced(by days: Int) -> LocalDate { self + days }
    public func distance(to other: LocalDate) -> Int { other - self }

    /// The text form, such as `2026-11-20`.
    public var description: String {
        var json = JSONWriter(capacity: 16)
        write(to: &json)
        return json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
    }
}

extension LocalDate: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "string", "format": "date"] }

    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .string(let text) = json, let value = LocalDate(text) else {
            throw DecodingFailure(expected: "a day such as 2026-11-20")
        }
        self = value
    }

    @inlinable public func write(to json: inout JSONWriter) { json.date(days) }
}
