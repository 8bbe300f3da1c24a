public import HearthJSON

/// An instant: microseconds since 1970-01-01 00:00 UTC.
public struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let microseconds: Int64

    /// - Parameter microseconds: Since 1970-01-01 00:00 UTC.
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

    /// An instant earlier or later.
    public static func + (instant: Timestamp, duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(microseconds: instant.microseconds + seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }

    /// The text form, such as `2026-11-20T21:51:38.908149Z`.
    public var description: String {
        var json = JSONWriter(capacity: 32)
        write(to: &json)
        return json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
    }
}

extension Timestamp: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "string", "format": "date-time"] }

    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .string(let text) = json, let value = Timestamp(text) else {
            throw DecodingFailure(expected: "a date and time such as 2026-11-20T21:51:38Z")
        }
        self = value
    }

    @inlinable public func write(to json: inout JSONWriter) { json.timestamp(microseconds) }
}

extension Timestamp {
    /// Reads RFC 3339: a date, `T` or a space, a time with up to 6 digits of a second, `Z` or an offset.
    ///
    /// - Returns: nil when the text has another form.
    public init?(_ text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count >= 20, utf8[10] == UInt8(ascii: "T") || utf8[10] == UInt8(ascii: "t") || utf8[10] == UInt8(ascii: " "),
            let date = LocalDate(String(decoding: utf8[..<10], as: UTF8.self))
        else { return nil }
        let zone: Int
        let offset: Int64
        if utf8[utf8.count - 1] == UInt8(ascii: "Z") || utf8[utf8.count - 1] == UInt8(ascii: "z") {
            zone = utf8.count - 1
            offset = 0
        } else {
            zone = utf8.count - 6
            guard zone > 18, utf8[zone] == UInt8(ascii: "+") || utf8[zone] == UInt8(ascii: "-"),
                let time = LocalTime(String(decoding: utf8[(zone + 1)...], as: UTF8.self) + ":00")
            else { return nil }
            offset = utf8[zone] == UInt8(ascii: "+") ? time.microseconds : -time.microseconds
        }
        guard let time = LocalTime(String(decoding: utf8[11..<zone], as: UTF8.self)) else { return nil }
        self.init(microseconds: Int64(date.days) * 86_400_000_000 + time.microseconds - offset)
    }
}
