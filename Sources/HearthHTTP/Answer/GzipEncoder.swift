import CZlib
import NIOCore
import Synchronization

/// Compresses bodies. The compressors take a quarter of a megabyte each and are kept for the next body.
final class GzipEncoder: Sendable {
    /// Bodies below this many bytes are not worth it.
    static let smallest = 1024
    /// Bodies above this many bytes are compressed off the event loop.
    static let longOnEventLoop = 128 * 1024

    private static let kept = 8
    private let idle = Mutex<[Deflater]>([])

    /// Compresses a body; nil when zlib cannot or it does not get smaller.
    func compress(_ body: ByteBuffer) -> ByteBuffer? {
        guard let deflater = idle.withLock({ $0.popLast() }) ?? Deflater() else { return nil }
        let compressed = deflater.compress(body)
        idle.withLock { if $0.count < Self.kept { $0.append(deflater) } }
        guard let compressed, compressed.readableBytes < body.readableBytes else { return nil }
        return compressed
    }
}

/// A zlib stream. Unchecked: zlib's state is used by one thread at a time, whoever took it from the encoder's list.
private final class Deflater: @unchecked Sendable {
    private static let level: CInt = 4
    /// 15 bits of window and a gzip wrapper.
    private static let windowBits: CInt = 15 + 16
    private let stream: UnsafeMutablePointer<z_stream>

    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let result = deflateInit2_(
            stream, Self.level, Z_DEFLATED, Self.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size))
        guard result == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    func compress(_ body: ByteBuffer) -> ByteBuffer? {
        guard body.readableBytes <= UInt32.max / 2 else { return nil }
        defer { deflateReset(stream) }
        var output = ByteBuffer()
        let bound = Int(deflateBound(stream, UInt(body.readableBytes)))
        var result = Z_OK
        body.withUnsafeReadableBytes { input in
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(input.count)
            _ = output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
                stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(space.count)
                result = deflate(stream, Z_FINISH)
                return space.count - Int(stream.pointee.avail_out)
            }
        }
        return result == Z_STREAM_END ? output : nil
    }
}
