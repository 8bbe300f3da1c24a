import CZlib
import NIOCore
import Synchronization

/// Compresses and decompresses messages (RFC 7692). Nothing is kept from one message to the next, so the streams, of which each
/// takes up to a quarter of a megabyte, belong to no connection: they are made when first needed and kept for the next message.
final class MessageDeflater: Sendable {
    /// One for all connections.
    static let shared = MessageDeflater()

    private static let kept = 4
    private let deflaters = Mutex<[Stream]>([])
    private let inflaters = Mutex<[Stream]>([])

    /// What is wrong with a compressed message.
    enum Refusal: Error {
        case malformed
        case tooLarge
    }

    /// Compresses a message; nil when it does not get smaller.
    func deflate(_ content: ByteBuffer) -> ByteBuffer? {
        guard let stream = deflaters.withLock({ $0.popLast() }) ?? Stream(deflates: true) else { return nil }
        var output = ByteBuffer()
        // Up to five bytes for a block, and the end that is cut off again.
        let room = content.readableBytes + 16
        let isDone = stream.run(content, into: &output, room: room, flush: Z_SYNC_FLUSH)
        deflaters.withLock { if $0.count < Self.kept { $0.append(stream) } }
        guard isDone, output.readableBytes >= 4 else { return nil }
        output.moveWriterIndex(to: output.writerIndex - 4)
        return output.readableBytes < content.readableBytes ? output : nil
    }

    /// Decompresses a message.
    ///
    /// - Parameters:
    ///   - content: as it came, without the end that the protocol leaves out
    ///   - limit: the most bytes that it may have afterwards
    func inflate(_ content: ByteBuffer, limit: Int) throws(Refusal) -> ByteBuffer {
        guard let stream = inflaters.withLock({ $0.popLast() }) ?? Stream(deflates: false) else { throw .malformed }
        defer { inflaters.withLock { if $0.count < Self.kept { $0.append(stream) } } }
        var input = content
        input.writeBytes([0x00, 0x00, 0xFF, 0xFF])
        var output = ByteBuffer()
        let isDone = stream.run(input, into: &output, room: limit + 1, flush: Z_SYNC_FLUSH)
        guard output.readableBytes <= limit else { throw .tooLarge }
        guard isDone else { throw .malformed }
        return output
    }
}

/// A zlib stream. Unchecked: zlib's state is used by one thread at a time, whoever took it from the list.
private final class Stream: @unchecked Sendable {
    private static let level: CInt = 4
    /// 15 bits of window, and no wrapper.
    private static let windowBits: CInt = -15
    private static let step = 16 * 1024
    private let stream: UnsafeMutablePointer<z_stream>
    private let deflates: Bool

    init?(deflates: Bool) {
        self.deflates = deflates
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = CInt(MemoryLayout<z_stream>.size)
        let result =
            deflates
            ? deflateInit2_(
                stream, Self.level, Z_DEFLATED, Self.windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
            : inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, size)
        guard result == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        if deflates { deflateEnd(stream) } else { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Takes a whole message; false when it is malformed or its result needs more than `room` bytes.
    func run(_ input: ByteBuffer, into output: inout ByteBuffer, room: Int, flush: CInt) -> Bool {
        guard input.readableBytes <= UInt32.max / 2 else { return false }
        defer { if deflates { deflateReset(stream) } else { inflateReset(stream) } }
        return input.withUnsafeReadableBytes { bytes in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.pointee.avail_in = UInt32(bytes.count)
            while output.readableBytes < room {
                var result = Z_OK
                let rest = room - output.readableBytes
                output.writeWithUnsafeMutableBytes(minimumWritableBytes: min(Self.step, rest)) { memory in
                    let space = min(memory.count, rest)
                    stream.pointee.next_out = memory.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.pointee.avail_out = UInt32(space)
                    result = deflates ? CZlib.deflate(stream, flush) : CZlib.inflate(stream, flush)
                    return space - Int(stream.pointee.avail_out)
                }
                // The last block may say that it is the last: what follows it is then no part of the message.
                if result == Z_STREAM_END { return stream.pointee.avail_in <= 5 }
                guard result == Z_OK || result == Z_BUF_ERROR else { return false }
                if stream.pointee.avail_in == 0, stream.pointee.avail_out > 0 { return true }
                if result == Z_BUF_ERROR, stream.pointee.avail_out > 0 { return stream.pointee.avail_in == 0 }
            }
            return false
        }
    }
}
