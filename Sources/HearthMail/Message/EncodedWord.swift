import FoundationEssentials

/// Text in header fields (RFC 2047): ASCII as it is, everything else as `=?utf-8?B?…?=`.
enum EncodedWord {
    /// The value of a field of free text, such as the subject.
    static func text(_ text: String) -> String { isPlain(text) ? text : words(text) }

    /// The name before an address; empty for none.
    static func phrase(_ name: String) -> String {
        guard isPlain(name) else { return words(name) }
        guard !name.isEmpty else { return "" }
        return "\"" + name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Whether it needs neither encoding nor a second line.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 60 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    }

    /// One word a line; no character is divided between two.
    private static func words(_ text: String) -> String {
        var chunks: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            // 60 characters of base64, so that line and word are within their 76.
            if chunks[chunks.count - 1].count + bytes.count > (chunks.count == 1 ? 39 : 45) { chunks.append([]) }
            chunks[chunks.count - 1] += bytes
        }
        return chunks.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }
}
