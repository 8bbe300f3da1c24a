/// `Content-Disposition` (RFC 6266): how a browser names what it saves.
enum ContentDisposition {
    /// The value that makes a browser save an answer under a name.
    static func attachment(_ name: String) -> String {
        // What is not plain goes into the second form, which every browser prefers.
        let plain = String(String.UnicodeScalarView(name.unicodeScalars.map { isPlain($0) ? $0 : "_" }))
        guard plain != name else { return "attachment; filename=\"\(plain)\"" }
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        let encoded = name.utf8.reduce(into: String.UnicodeScalarView()) { text, byte in
            if isToken(byte) {
                text.append(Unicode.Scalar(byte))
            } else {
                text.append(contentsOf: ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(String(encoded))"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        (0x20..<0x7F).contains(scalar.value) && !["\"", "\\", "/", "%"].contains(scalar)
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || "-._~!#$&+^`|".utf8.contains(byte)
    }
}
