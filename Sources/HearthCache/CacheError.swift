/// Why a cache did not answer.
public struct CacheError: Error, Sendable, Equatable {
    /// The kinds of failures.
    public enum Kind: Sendable {
        /// The cache cannot be reached at the moment.
        case unavailable
        /// It did not answer in time; whether the command took effect is unknown.
        case timeout
        /// Too many commands wait already.
        case busy
        /// The value is no number.
        case wrongType
        /// The command is against the limits of `CacheLimits`.
        case refused
    }

    /// What kind.
    public let kind: Kind
    /// One sentence.
    public let message: String

    /// Makes an error.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}

extension CacheError: CustomStringConvertible {
    /// Kind and message.
    public var description: String { "\(kind): \(message)" }
}

/// Limits that hold for every engine.
public enum CacheLimits {
    /// Bytes of a key or channel.
    public static let key = 512
    /// Bytes of a value or message.
    public static let value = 1 << 20
}

extension CacheCommand {
    /// What is wrong with it; nil when nothing is. Every engine asks before it does anything.
    var refusal: CacheError? {
        switch self {
        case .get(let key), .delete(let key): Self.check(key)
        case .deletePrefix(let prefix): prefix.isEmpty ? CacheError(.refused, "the prefix is empty") : Self.check(prefix)
        case .set(let key, let value, let ttl): Self.check(key) ?? Self.check(value) ?? Self.check(ttl)
        case .increment(let key, _, let ttl): Self.check(key) ?? Self.check(ttl)
        case .compareAndSet(let key, let expected, let new, let ttl):
            Self.check(key) ?? Self.check(expected ?? []) ?? Self.check(new ?? []) ?? Self.check(ttl)
        case .take(let key, let limit, let window, let cost):
            limit < 0 || cost < 1
                ? CacheError(.refused, "a limit is 0 or more, and a cost 1 or more") : Self.check(key) ?? Self.check(window)
        case .publish(let channel, let message): Self.check(channel) ?? Self.check(message)
        case .append(let log, let message, let keeping, let ttl):
            keeping < 1
                ? CacheError(.refused, "a log keeps something") : Self.check(log) ?? Self.check(message) ?? Self.check(ttl)
        case .read(let log, _, let ttl): Self.check(log) ?? Self.check(ttl)
        case .join(let set, let member, let ttl): Self.check(set) ?? Self.check(member) ?? Self.check(ttl)
        case .leave(let set, let member): Self.check(set) ?? Self.check(member)
        case .members(let set): Self.check(set)
        }
    }

    private static func check(_ key: String) -> CacheError? {
        guard !key.isEmpty, key.utf8.count <= CacheLimits.key else {
            return CacheError(.refused, "a key has 1 to \(CacheLimits.key) bytes, and this one has \(key.utf8.count)")
        }
        return nil
    }

    private static func check(_ value: [UInt8]) -> CacheError? {
        guard value.count <= CacheLimits.value else {
            return CacheError(.refused, "a value has at most \(CacheLimits.value) bytes, and this one has \(value.count)")
        }
        return nil
    }

    private static func check(_ time: Duration?) -> CacheError? {
        guard let time, time < .milliseconds(1) || time > .seconds(366 * 86_400) else { return nil }
        return CacheError(.refused, "a time to live or window lasts from a millisecond to a year")
    }
}
