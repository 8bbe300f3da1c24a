public import HearthJSON

/// A universally unique identifier (RFC 9562).
///
/// Foundation has a type of the same name. A module that imports both says once which one it means:
/// `typealias UUID = HearthKit.UUID`.
public struct UUID: Sendable, Hashable, Comparable, CustomStringConvertible {
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt64

    /// All bits zero: a value to begin with where one is required to come.
    public static let zero = UUID(high: 0, low: 0)

    @inlinable init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads 16 bytes.
    @inlinable init(bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= 16, "a UUID has 16 bytes")
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Reads the text form, `8-4-4-4-12` hexadecimal digits in any case.
    ///
    /// - Returns: nil when the text has another form.
    public init?(_ text: String) {
        var value: (UInt64, UInt64) = (0, 0)
        var digits = 0
        var position = 0
        for byte in text.utf8 {
            defer { position += 1 }
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            if digits < 16 { value.0 = value.0 << 4 | UInt64(digit) } else { value.1 = value.1 << 4 | UInt64(digit) }
            digits += 1
        }
        guard digits == 32, position == 36 else { return nil }
        self.init(high: value.0, low: value.1)
    }

    /// Lends the 16 bytes.
    @inlinable func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
    }

    /// The text form in lower case.
    public var description: String {
        var json = JSONWriter(capacity: 40)
        write(to: &json)
        return json.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) }
    }

    public static func < (a: UUID, b: UUID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension UUID: JSONDecodable, JSONEncodable {
    public static var jsonSchema: JSONValue { ["type": "string", "format": "uuid"] }

    public init(json: JSONValue) throws(DecodingFailure) {
        guard case .string(let text) = json, let value = UUID(text) else { throw DecodingFailure(expected: "a UUID") }
        self = value
    }

    @inlinable public func write(to json: inout JSONWriter) { withBytes { json.uuid($0) } }
}
