import NIOCore

extension ByteBuffer {
    /// Writes a JSON string with its quotes.
    mutating func writeJSONString(_ text: String) {
        writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var clean = 0
            for (index, byte) in bytes.enumerated()
            where byte < .space || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                writeBytes(bytes[clean..<index])
                writeEscape(byte)
                clean = index + 1
            }
            writeBytes(bytes[clean...])
        }
        writeInteger(UInt8(ascii: "\""))
    }

    private mutating func writeEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            writeInteger(UInt8(ascii: "\\"))
            writeInteger(byte)
        case .lineFeed: writeStaticString("\\n")
        default:
            let digits: StaticString = "0123456789abcdef"
            writeStaticString("\\u00")
            writeInteger(digits.utf8Start[Int(byte >> 4)])
            writeInteger(digits.utf8Start[Int(byte & 15)])
        }
    }
}
