import CHearth
import NIOCore

/// Memory for the body of an answer that the plugin writes to and the transport sends, without a copy in between.
enum ReservedBody {
    /// Makes room, keeping what was written.
    ///
    /// The address stays valid while the buffer is held by the request and nobody else writes to it: its storage is one
    /// allocation that moves only when the buffer grows, and it grows only here.
    static func reserve(_ capacity: Int, in buffer: inout ByteBuffer?) -> UnsafeMutablePointer<UInt8>? {
        var reserved = buffer ?? ByteBufferAllocator().buffer(capacity: max(capacity, 512))
        buffer = nil
        if reserved.capacity < capacity {
            // What the plugin has written lies behind the writer index, so all of it is taken along.
            var larger = ByteBufferAllocator().buffer(capacity: max(capacity, reserved.capacity * 2))
            reserved.withUnsafeMutableWritableBytes { old in
                larger.withUnsafeMutableWritableBytes { new in
                    new.copyMemory(from: UnsafeRawBufferPointer(rebasing: old.prefix(new.count)))
                }
            }
            reserved = larger
        }
        let address = reserved.withUnsafeMutableWritableBytes { $0.baseAddress?.assumingMemoryBound(to: UInt8.self) }
        buffer = reserved
        return address
    }

    /// Takes the buffer as the body when the plugin says that its body lies there.
    static func take(_ body: hearth_bytes, from buffer: inout ByteBuffer?) -> ByteBuffer? {
        guard var reserved = buffer, let data = body.data else { return nil }
        buffer = nil
        let isHere = reserved.withUnsafeMutableWritableBytes { bytes in
            bytes.baseAddress == UnsafeMutableRawPointer(mutating: data) && body.length <= UInt64(bytes.count)
        }
        guard isHere else {
            buffer = reserved
            return nil
        }
        reserved.moveWriterIndex(to: Int(body.length))
        return reserved
    }
}
