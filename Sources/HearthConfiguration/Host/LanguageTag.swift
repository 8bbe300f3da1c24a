/// The names of languages: `en`, `fr-CA`, as BCP 47 writes them.
public enum LanguageTag {
    /// As a pattern of JSON Schema.
    public static let pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$"

    /// Whether a text has the form of one.
    public static func isTag(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
        return (1...4).contains(parts.count) && (2...3).contains(parts[0].count) && parts[0].allSatisfy(isLetter)
            && parts.dropFirst().allSatisfy { part in
                (2...8).contains(part.count) && part.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
            }
    }
}
