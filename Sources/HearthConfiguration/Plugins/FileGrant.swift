/// Which files a plugin may keep: the table `files` of a plugin in `plugins.conf`.
///
/// ```toml
/// [plugins.chat.files]
/// max_size = "10M"
/// quota = "5G"
/// types = ["image/*", "application/pdf"]
/// ```
public struct FileGrant: Sendable, Equatable {
    /// The interface that it restricts.
    static let interface = "hearth.files/1"

    /// The most bytes of one file.
    public let maximumSize: Int
    /// The most bytes of all files together.
    public let quota: Int
    /// The media types; nil: all.
    public let types: [MediaRange]?
    /// The line of the table, for messages.
    let line: Int?

    /// What a plugin may keep when the operator says nothing.
    public static let standard = FileGrant()

    /// Limits; those not given are the standard ones.
    public init(maximumSize: Int = 100 << 20, quota: Int = 1 << 30, types: [MediaRange]? = nil) {
        self.maximumSize = maximumSize
        self.quota = quota
        self.types = types
        line = nil
    }

    init(_ reader: inout TableReader) {
        reader.allow(only: ["max_size", "quota", "types"])
        let sizes = 1...(1 << 50)
        quota = reader.size("quota", sizes) ?? Self.standard.quota
        maximumSize = reader.size("max_size", sizes) ?? min(Self.standard.maximumSize, quota)
        types = reader.texts("types", expected: MediaRange.expected) { MediaRange($0) != nil }?
            .compactMap { MediaRange($0.text) }
        line = reader.table.line
        if maximumSize > quota {
            reader.refuse("max_size", "expected at most the quota, \(ByteSize.show(quota)), not \(ByteSize.show(maximumSize))")
        }
    }

    /// Whether files of a media type may be kept.
    public func allows(type: String) -> Bool { types?.contains { $0.matches(type) } ?? true }
}

/// A media type, or all of one kind: `application/pdf`, `image/*`, `*/*`.
public struct MediaRange: Sendable, Equatable {
    static let expected = "a media type such as \"image/png\" or \"image/*\""

    /// All media types.
    public static let any = MediaRange(kind: "*", subtype: "*")

    private let kind: String
    private let subtype: String

    private init(kind: String, subtype: String) {
        self.kind = kind
        self.subtype = subtype
    }

    /// Reads a text.
    ///
    /// - Returns: nil when it is malformed
    public init?(_ text: String) {
        let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[0] != "*" || parts[1] == "*", parts.allSatisfy({ $0 == "*" || Self.isToken($0) }) else {
            return nil
        }
        (kind, subtype) = (parts[0], parts[1])
    }

    /// Whether a media type, with its parameters or without, is in it.
    public func matches(_ type: String) -> Bool {
        let essence = type.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard let other = MediaRange(essence), other.kind != "*", other.subtype != "*" else { return false }
        return (kind == "*" || kind == other.kind) && (subtype == "*" || subtype == other.subtype)
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "!#$&^_.+-".utf8.contains($0)
            }
    }
}
