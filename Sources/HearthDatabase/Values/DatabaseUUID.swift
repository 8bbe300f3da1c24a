/// A UUID as 16 bytes in two machine words: no allocation, and the order of its bytes is its order.
public struct DatabaseUUID: Sendable, Hashable {
    /// The first eight bytes, most significant first.
    public let high: UInt64
    /// The last eight bytes, most significant first.
    public let low: UInt64

    /// Makes a UUID of its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Reads a UUID from the first 16 of the bytes; nil when there are fewer.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 16 else { return nil }
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Reads the form `8-4-4-4-12`, in either case; nil when the text is anything else.
    public init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var position = 0
        for byte in text.utf8 {
            defer { position += 1 }
            if position == 8 || position == 13 || position == 18 || position == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard position < 36, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            if position < 18 { high = high << 4 | UInt64(digit) } else { low = low << 4 | UInt64(digit) }
        }
        guard position == 36 else { return nil }
        self.init(high: high, low: low)
    }

    /// Gives the 16 bytes for the time of a call.
    public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: (high.bigEndian, low.bigEndian), body)
    }

    /// The 16 bytes.
    public var bytes: [UInt8] { withBytes { [UInt8]($0) } }
}

extension DatabaseUUID: Comparable {
    /// Orders as both engines order the bytes.
    public static func < (left: DatabaseUUID, right: DatabaseUUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension DatabaseUUID: CustomStringConvertible {
    /// The form `8-4-4-4-12` in lower case.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { text in
            let digits: StaticString = "0123456789abcdef"
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                let half = index < 16 ? high : low
                text[position] = digits.utf8Start[Int(half >> UInt64(60 - 4 * (index % 16)) & 15)]
                position += 1
            }
            return 36
        }
    }
}
