public import HearthDatabase
public import NIOCore

/// Where the bytes of files are: a folder, or object storage. It knows blobs and nothing of keys, quotas or visibility, which
/// ``FileLedger`` keeps; each blob is written once, and removed when nobody can be reading it any more.
///
/// Calls fail with ``BlobStorageError`` and never block the thread of the caller.
public protocol BlobStorage: Sendable {
    /// Begins to write a blob. It is not there before its writer has finished.
    func create(_ blob: BlobID) async throws(BlobStorageError) -> any BlobWriter

    /// Opens a blob that was written.
    func open(_ blob: BlobID) async throws(BlobStorageError) -> any BlobReader

    /// Removes a blob, finished or not; harmless when there is none.
    func remove(_ blob: BlobID) async throws(BlobStorageError)
}

/// Takes the bytes of a blob, one call after the other.
public protocol BlobWriter: Sendable {
    /// Adds bytes.
    func write(_ bytes: ByteBuffer) async throws(BlobStorageError)

    /// Makes the blob last: when this returns, no crash loses it.
    func finish() async throws(BlobStorageError)
}

/// Gives the bytes of a blob, whatever becomes of its file meanwhile.
public protocol BlobReader: Sendable {
    /// Reads bytes; fewer only at the end.
    func read(at offset: Int, count: Int) async throws(BlobStorageError) -> ByteBuffer
}

/// A blob: what was put under some key at some time. Another one takes its place when the key is put again.
public struct BlobID: Sendable, Hashable {
    /// The plugin, as it may stand in a path: lower-case letters, digits, hyphens.
    public let plugin: String
    /// Its number.
    public let number: DatabaseUUID

    /// Names a blob.
    public init(plugin: String, number: DatabaseUUID) {
        self.plugin = plugin
        self.number = number
    }
}

/// Why the storage did not do what it was asked.
public struct BlobStorageError: Error, Sendable, CustomStringConvertible {
    /// One sentence for operators.
    public let description: String

    /// Makes an error.
    public init(_ description: String) { self.description = description }
}
