import NIOCore

/// Entity tags: a hash of the body, equal on every host and after every restart.
enum EntityTag {
    /// The tag of a body, in quotes.
    static func of(_ body: ByteBuffer) -> String {
        quoted(body.withUnsafeReadableBytes(hash))
    }

    /// The tag of a file, in quotes.
    ///
    /// - Parameters:
    ///   - size: bytes
    ///   - modified: nanoseconds since 1970
    ///   - number: the inode
    static func of(size: Int, modified: Int, number: UInt64) -> String {
        quoted(mix(UInt64(truncatingIfNeeded: size) ^ number.byteSwapped, UInt64(truncatingIfNeeded: modified) ^ seeds.0))
    }

    /// Whether `If-None-Match` names the tag; weak comparison, as the RFC asks for it.
    static func matches(_ list: String, _ tag: String) -> Bool {
        if list == tag { return true }
        let opaque = strong(Substring(tag))
        return list.split(separator: ",").contains { entry in
            let entry = entry.trimmed
            return entry == "*" || strong(entry) == opaque
        }
    }

    private static func strong(_ tag: Substring) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }

    private static func quoted(_ hash: UInt64) -> String {
        String(unsafeUninitializedCapacity: 18) { text in
            text[0] = UInt8(ascii: "\"")
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: hash >> UInt64(60 - index * 4)) & 15
                text[index + 1] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            text[17] = UInt8(ascii: "\"")
            return 18
        }
    }

    private static let seeds: (UInt64, UInt64) = (0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db)

    /// Multiply and fold, after wyhash: eight bytes a step, which is far below the cost of sending them.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: bytes.count) ^ seeds.0
        var index = 0
        while index + 8 <= bytes.count {
            hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian, seeds.1)
            index += 8
        }
        var rest: UInt64 = 0
        while index < bytes.count {
            rest = rest << 8 | UInt64(bytes[index])
            index += 1
        }
        return mix(hash ^ rest, seeds.0 ^ seeds.1)
    }

    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ seeds.1).multipliedFullWidth(by: right | 1)
        return product.high ^ product.low
    }
}
