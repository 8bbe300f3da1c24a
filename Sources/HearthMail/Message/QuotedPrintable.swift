/// Text as `quoted-printable` (RFC 2045): readable where it is ASCII, and safe on any way.
enum QuotedPrintable {
    private static let width = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// The lines of a text, encoded; a line break at the end begins no further line.
    static func lines(_ text: String) -> [String] {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").utf8
            .split(separator: 0x0A, omittingEmptySubsequences: false)
        return (lines.last?.isEmpty == true ? lines.dropLast() : lines[...]).flatMap { encoded($0) }
    }

    private static func encoded(_ line: Substring.UTF8View) -> [String] {
        var lines: [String] = []
        var current: [UInt8] = []
        let last = line.indices.last
        for index in line.indices {
            let byte = line[index]
            // A blank at the end of a line may get lost on the way.
            let isPlain = (0x21...0x7E).contains(byte) && byte != 0x3D || (byte == 0x20 || byte == 0x09) && index != last
            let symbol = isPlain ? [byte] : [0x3D, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            if current.count + symbol.count > width - 1 {
                lines.append(String(decoding: current + [0x3D], as: UTF8.self))
                current = []
            }
            current += symbol
        }
        return lines + [String(decoding: current, as: UTF8.self)]
    }
}
