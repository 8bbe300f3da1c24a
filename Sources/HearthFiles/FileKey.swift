/// The name of a file: whose it is, and the key that the owner gave it. It names a row and never a path.
public struct FileKey: Sendable, Hashable {
    /// The longest key, in bytes.
    public static let longest = 400

    /// The plugin.
    public let plugin: String
    /// Parts with slashes between them, such as `avatars/0198a6c2`.
    public let text: String

    /// - Parameters:
    ///   - plugin: whose it is
    ///   - text: 1 to 400 bytes: parts with slashes between them, none of them empty, `.` or `..`, without backslashes and
    ///     control characters
    /// - Returns: nil when it is anything else
    public init?(plugin: String, _ text: String) {
        guard Self.isPlain(text), text.utf8.count <= Self.longest,
            text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ !["", ".", ".."].contains($0) })
        else { return nil }
        self.plugin = plugin
        self.text = text
    }

    /// Whether a text may be the beginning of a key; the empty one may.
    public static func isPrefix(_ text: String) -> Bool { isPlain(text) && text.utf8.count <= longest }

    private static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0 != "\\" && $0 != last }
    }

    /// In no key, so that it comes after everything that continues a prefix.
    static let last = Unicode.Scalar(0x10FFFF as UInt32) ?? "\u{FFFF}"
}
