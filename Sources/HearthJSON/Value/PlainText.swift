extension UnsafePointer<UInt8> {
    /// How many of the next bytes stand for themselves in a JSON string: all but control characters, quotes and backslashes.
    @inline(__always) func plainLength(of count: Int) -> Int {
        var position = 0
        while position + 8 <= count {
            let found = Self.escapes(in: UnsafeRawPointer(self + position).loadUnaligned(as: UInt64.self))
            if found != 0 { return position + found.trailingZeroBitCount / 8 }
            position += 8
        }
        // The rest of a longer text: the last eight bytes, of which the first are known to be plain.
        if count >= 8, position < count {
            let last = count - 8
            let found = Self.escapes(in: UnsafeRawPointer(self + last).loadUnaligned(as: UInt64.self))
            return found == 0 ? count : last + found.trailingZeroBitCount / 8
        }
        while position < count {
            let byte = self[position]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            position += 1
        }
        return position
    }

    /// The highest bit of each of eight bytes that needs an escape; the bits above the lowest may be wrong.
    @inline(__always) private static func escapes(in bytes: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: bytes)
        let ones: UInt64 = 0x0101_0101_0101_0101
        // Subtracting sets the highest bit of a byte that is smaller than what is subtracted.
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let control = (word &- ones &* 0x20) & ~word
        let found = control | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        return found & 0x8080_8080_8080_8080
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isHexadecimal: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    func isOne(of characters: StaticString) -> Bool {
        UnsafeBufferPointer(start: characters.utf8Start, count: characters.utf8CodeUnitCount).contains(self)
    }
}
