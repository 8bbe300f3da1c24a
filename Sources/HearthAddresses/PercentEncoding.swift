/// Decoding of `%41` in addresses: paths, queries, users and passwords.
public enum PercentEncoding {
    /// Decodes a piece of an address.
    ///
    /// - Parameters:
    ///   - bytes: the encoded text
    ///   - plusIsSpace: whether `+` means a space, as in queries and forms
    ///   - allowsNUL: whether the result may have a NUL
    /// - Returns: the text; nil when an escape is broken, the result is not UTF-8 or has a NUL that it may not have
    public static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, plusIsSpace: Bool = false, allowsNUL: Bool = false
    ) -> String? {
        var needsWork = false
        for byte in bytes
        where byte == UInt8(ascii: "%") || byte >= 0x80 || byte == 0 || (plusIsSpace && byte == UInt8(ascii: "+")) {
            needsWork = true
            break
        }
        guard needsWork else { return String(decoding: bytes, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            var byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue else {
                    return nil
                }
                byte = high << 4 | low
                index += 2
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                byte = UInt8(ascii: " ")
            }
            guard byte != 0 || allowsNUL else { return nil }
            decoded.append(byte)
            index += 1
        }
        return String(validating: decoded, as: UTF8.self)
    }

    /// As ``decode(_:plusIsSpace:allowsNUL:)-(UnsafeBufferPointer<UInt8>,_,_)``, of text.
    public static func decode(_ text: Substring, plusIsSpace: Bool = false, allowsNUL: Bool = false) -> String? {
        var text = text
        return text.withUTF8 { decode($0, plusIsSpace: plusIsSpace, allowsNUL: allowsNUL) }
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    public var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
