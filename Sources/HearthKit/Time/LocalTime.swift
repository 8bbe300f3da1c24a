public import HearthJSON

/// A time of the day without date and zone: microseconds since midnight.
public struct LocalTime: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Microseconds since midnight.
    public let microseconds: Int64

    /// - Parameter microseconds: Since midnight, below 24 hours.
    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.ffffff`.
    ///
    /// - Returns: nil when the text has another form.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hour = Self.number(parts[0], below: 24),
            let minute = Self.number(parts[1], below: 60)
        else { return nil }
        var microseconds = (hour * 60 + minute) * 60_000_000
        if parts.count == 3 {
            let seconds = parts[2].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard let second = Self.number(seconds[0], below: 60) else { return nil }
            microseconds += second * 1_000_000
            if seconds.count == 2 {
                guard (1...9).contains(seconds[1].utf8.count), seconds[1].utf8.allSatisfy({ (48...57).contains($0) }),
                    let fraction = Int64((seconds[1] + "000000").prefix(6))
                else { return nil }
                microseconds += fraction
            }
        }
        self.init(microseconds: microseconds)
    }

    private static func number(_ text: Substring, below limit: Int64) -> Int64? {
        guard text.utf8.count == 2, text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int64(text), value < limit
        else { return nil }
        return value
    }

    public static func < (a: LocalTime, b: LocalTime) -> Bool { a.microseconds < b.microseconds }

    /// The text form, such as `07:30:00`.
    public var description: String {
        var json = JSONWriter(capacity: 24)
        write(to: &json)
        return json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
    }
}

extension LocalTime: JSONDecodable, JSONEncodable {
    /// A pattern: the format `time` of JSON Schema demands an offset, which a local time has not.
    public static var jsonSchema: JSONValue {
        ["type": "string", "pattern": #"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"#, "examples": ["07:30:00"]]
    }

    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .string(let text) = json, let value = LocalTime(text) else {
            throw DecodingFailure(expected: "a time such as 07:30:00")
        }
        self = value
    }

    @inlinable public func write(to json: inout JSONWriter) { json.time(microseconds) }
}
