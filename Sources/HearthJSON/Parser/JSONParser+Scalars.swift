extension JSONParser {
    mutating func string() throws(JSONParseError) -> String {
        let opening = position
        position += 1
        // Most texts have no escapes: they are taken in one piece.
        let text = try piece(from: opening)
        if next == UInt8(ascii: "\"") {
            position += 1
            return text
        }
        return try string(beginning: text, from: opening)
    }

    /// Text up to the next quote, backslash or fault.
    private mutating func piece(from opening: Int) throws(JSONParseError) -> String {
        guard let base = bytes.baseAddress else { return "" }
        let start = position
        position += (base + start).plainLength(of: bytes.count - start)
        guard let byte = next else { throw error("a string does not end", at: opening) }
        guard byte >= 0x20 else { throw error("a control character stands in a string") }
        let piece = UnsafeBufferPointer(start: base + start, count: position - start)
        guard let text = String(validating: piece, as: UTF8.self) else {
            throw error("a string is not valid UTF-8", at: opening)
        }
        return text
    }

    /// The rest of a text with escapes.
    private mutating func string(beginning: String, from opening: Int) throws(JSONParseError) -> String {
        var text = beginning
        while true {
            position += 1
            text.unicodeScalars.append(try escape())
            text += try piece(from: opening)
            if next == UInt8(ascii: "\"") {
                position += 1
                return text
            }
        }
    }

    private mutating func escape() throws(JSONParseError) -> Unicode.Scalar {
        guard let byte = next else { throw error("an escape does not end") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("an unknown escape", at: position - 2)
        }
    }

    private mutating func unicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
        let start = position - 2
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A character beyond the basic plane takes two escapes: a high and a low surrogate.
        guard (0xD800..<0xDC00).contains(first), next == UInt8(ascii: "\\") else {
            throw error("half of a surrogate pair", at: start)
        }
        position += 1
        guard next == UInt8(ascii: "u") else { throw error("half of a surrogate pair", at: start) }
        position += 1
        let second = try codeUnit()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first - 0xD800) << 10) + UInt32(second - 0xDC00))
        else { throw error("half of a surrogate pair", at: start) }
        return scalar
    }

    private mutating func codeUnit() throws(JSONParseError) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = next else { throw error("an escape does not end") }
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw error("four hexadecimal digits were expected")
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }

    mutating func number() throws(JSONParseError) -> JSONValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        guard let first = next, first.isDigit else { throw error("a digit was expected") }
        if first == UInt8(ascii: "0") { position += 1 } else { skipDigits() }
        if let byte = next, byte.isDigit { throw error("a number begins with 0", at: start) }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            guard let byte = next, byte.isDigit else { throw error("a digit was expected") }
            skipDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            guard let byte = next, byte.isDigit else { throw error("a digit was expected") }
            skipDigits()
        }
        if isWhole, let value = wholeNumber(start..<position) { return .integer(value) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else { throw error("a number is too large", at: start) }
        return .number(value)
    }

    /// The value of an optional sign and digits; nil when it does not fit.
    private func wholeNumber(_ range: Range<Int>) -> Int64? {
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value: Int64 = 0
        for byte in bytes[range].dropFirst(isNegative ? 1 : 0) {
            // Downwards, because the negative numbers reach further.
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = product.subtractingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if overflow || tooLarge { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    private mutating func skipDigits() {
        while let byte = next, byte.isDigit { position += 1 }
    }
}
