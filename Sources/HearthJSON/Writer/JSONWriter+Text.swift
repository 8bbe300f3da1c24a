extension JSONWriter {
    /// Writes a text.
    @inlinable public mutating func value(_ text: String) {
        var text = text
        text.withUTF8 { self.text($0) }
    }

    /// Writes a text given as UTF-8.
    public mutating func text(_ utf8: UnsafeBufferPointer<UInt8>) {
        reserve(utf8.count + 3)
        separate()
        put(UInt8(ascii: "\""))
        var start = 0
        for index in utf8.indices where Self.needsEscape(utf8[index]) {
            put(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: utf8[start..<index])))
            escape(utf8[index])
            start = index + 1
        }
        put(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: utf8[start...])))
        put(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        reserve(6)
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
        case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            hexadecimal(byte)
        }
    }

    @usableFromInline mutating func hexadecimal(_ byte: UInt8) {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
        put(digit(byte >> 4))
        put(digit(byte & 15))
    }
}
