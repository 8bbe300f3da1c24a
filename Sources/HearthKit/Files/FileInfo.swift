import CHearth
import HearthJSON

/// What is known about a file.
public struct FileInfo: Sendable, Equatable {
    /// Its name.
    public let key: String
    /// Its media type, as it was given.
    public let contentType: String
    /// The entity tag, in quotes: the same for the same bytes.
    public let etag: String
    /// Bytes.
    public let size: Int
    /// When it was put.
    public let modified: Timestamp

    init(_ file: hearth_file) {
        key = String(file.key)
        contentType = String(file.content_type)
        etag = String(file.etag)
        size = Int(clamping: file.length)
        modified = Timestamp(microseconds: file.modified)
    }

    /// Continues the task that waits for a file, or for word that there is none.
    static let found: hearth_file_found = { user, error, file in
        ContinuationBox<FileInfo?>.resume(user, error, file.map { FileInfo($0.pointee) })
    }
}
