public import NIOCore

/// Bytes that can be read from any place and are never all in memory: a file, a blob of a storage. Answered with ranges and
/// conditional requests.
public protocol RangedContent: Sendable {
    /// Bytes.
    var size: Int { get }
    /// Seconds since 1970-01-01 00:00 UTC.
    var modified: Int { get }
    /// What the content is known by, in quotes: another one for other bytes.
    var entityTag: String { get }

    /// Reads a piece; shorter only at the end. It never blocks the thread of the caller.
    func read(at offset: Int, count: Int) async throws -> ByteBuffer
}
