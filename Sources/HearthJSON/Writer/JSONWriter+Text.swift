extension JSONWriter {
    /// Writes a text.
    @inlinable public mutating func value(_ text: String) {
        // Native text lies there as UTF-8; anything else is copied into that form first.
        if text.utf8.withContiguousStorageIfAvailable({ self.text($0) }) == nil {
            var text = text
            text.withUTF8 { self.text($0) }
        }
    }

    /// Writes a text given as UTF-8; nothing checks that it is.
    public mutating func text(_ utf8: UnsafeBufferPointer<UInt8>) {
        prepare(utf8.count + 2)
        put(UInt8(ascii: "\""))
        if let source = utf8.baseAddress {
            var done = source.plainLength(of: utf8.count)
            put(source, done)
            while done < utf8.count {
                reserve(6 + utf8.count - done)
                escape(source[done])
                done += 1
                let length = (source + done).plainLength(of: utf8.count - done)
                put(source + done, length)
                done += length
            }
        }
        put(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): put(byte)
        case 0x08: put(UInt8(ascii: "b"))
        case UInt8(ascii: "\t"): put(UInt8(ascii: "t"))
        case UInt8(ascii: "\n"): put(UInt8(ascii: "n"))
        case 0x0C: put(UInt8(ascii: "f"))
        case UInt8(ascii: "\r"): put(UInt8(ascii: "r"))
        default:
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            hexadecimal(byte)
        }
    }

    private mutating func hexadecimal(_ byte: UInt8) {
        let digits: StaticString = "0123456789abcdef"
        put(digits.utf8Start[Int(byte >> 4)])
        put(digits.utf8Start[Int(byte & 15)])
    }
}
