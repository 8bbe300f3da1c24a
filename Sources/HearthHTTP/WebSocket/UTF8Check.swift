/// Checks UTF-8 that comes in pieces, as early as a byte can be known to be wrong.
struct UTF8Check {
    /// How many bytes the character that has begun still needs.
    private var missing = 0
    /// What the next byte must be within: narrower than 80…BF after the bytes that begin overlong forms, surrogates, and
    /// what is beyond the last character.
    private var range: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether no character is cut off.
    var isComplete: Bool { missing == 0 }

    /// Takes the next piece; false when it can be no part of a text.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < bytes.count {
            // Mostly it is ASCII: eight bytes in one step.
            if missing == 0, index + 8 <= bytes.count,
                bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            guard take(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard range.contains(byte) else { return false }
            missing -= 1
            range = 0x80...0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: break
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, range) = (2, 0xA0...0xBF)
        case 0xED: (missing, range) = (2, 0x80...0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, range) = (3, 0x90...0xBF)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, range) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }
}
