public import HearthDatabase

/// A file as it is at the moment: its key with the blob that was put under it last.
public struct StoredFile: Sendable {
    /// Whose it is, and under which name.
    public let key: FileKey
    /// Where its bytes are.
    public let blob: BlobID
    /// Bytes.
    public let size: Int
    /// Its media type, as it was given.
    public let contentType: String
    /// SHA-256 of its bytes.
    public let digest: [UInt8]
    /// When it was put, in microseconds since 1970-01-01 00:00 UTC.
    public let modified: Int64

    /// The entity tag, in quotes: the same for the same bytes.
    public var etag: String {
        let digits = Array("0123456789abcdef".utf8)
        return "\"" + String(decoding: digest.prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
            + "\""
    }
}

/// What is to be put.
public struct NewFile: Sendable {
    /// Whose it is, and under which name.
    public var key: FileKey
    /// Its media type.
    public var contentType: String
    /// The user whose data it is: it goes with his account.
    public var user: DatabaseUUID?

    /// Describes a file.
    public init(key: FileKey, contentType: String = "application/octet-stream", user: DatabaseUUID? = nil) {
        self.key = key
        self.contentType = contentType
        self.user = user
    }
}
