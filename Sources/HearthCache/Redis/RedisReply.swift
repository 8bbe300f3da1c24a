import CHiredis

/// An answer of Redis, copied out of the library's memory.
enum RedisReply: Sendable, Equatable {
    case none
    case integer(Int64)
    case bytes([UInt8])
    case list([RedisReply])
    case error(String)

    init(_ reply: UnsafePointer<redisReply>) {
        let value = reply.pointee
        switch value.type {
        case REDIS_REPLY_INTEGER: self = .integer(value.integer)
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .bytes(Self.bytes(value))
        case REDIS_REPLY_ERROR: self = .error(String(decoding: Self.bytes(value), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            self = .list(
                UnsafeBufferPointer(start: value.element, count: Int(value.elements)).map { $0.map { RedisReply($0) } ?? .none })
        default: self = .none
        }
    }

    private static func bytes(_ value: redisReply) -> [UInt8] {
        Array(UnsafeRawBufferPointer(start: value.str, count: Int(value.len)))
    }

    /// The number, also when it came as text.
    var number: Int64? {
        switch self {
        case .integer(let number): number
        case .bytes(let bytes): Int64(String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }

    /// The text of bytes.
    var text: String? {
        if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }
}

extension CacheError {
    /// What an error answer means: the command or value is wrong, or Redis cannot serve at the moment (it loads, is full, is a
    /// replica, wants a password).
    init(reply: String) {
        if reply.hasPrefix("WRONGTYPE") || reply.contains("not an integer") || reply.contains("would overflow") {
            self.init(.wrongType, "the value is no number: \(reply)")
        } else {
            self.init(.unavailable, "Redis refuses: \(reply)")
        }
    }
}
