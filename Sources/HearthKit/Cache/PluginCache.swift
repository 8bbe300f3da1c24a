import CHearth
import HearthJSON

/// Values that may be lost at any time, numbers and counted limits, shared by all hosts. Keys belong to the plugin.
///
/// Inside a transaction ``set(_:_:for:)``, ``remove(_:)`` and ``remove(prefix:)`` happen when it commits. A cache that cannot
/// be reached throws ``HostError`` of kind `unavailable` at once: go on as if it were empty; ``cached(_:for:_:)`` does.
public struct PluginCache: Sendable {
    let context: Context

    /// The bytes of a key; nil when there are none.
    public func bytes(_ key: String) async throws -> [UInt8]? {
        let (runtime, table) = (context.runtime, try context.runtime.cache)
        return try await ContinuationBox<[UInt8]?>.waiting(for: "get") { box in
            key.lending { key in
                table.pointee.get(
                    runtime.host, context.handle, key,
                    { user, error, value in
                        ContinuationBox<[UInt8]?>.resume(user, error, value.map { Array($0.pointee.buffer) })
                    }, box)
            }
        }
    }

    /// Stores bytes.
    ///
    /// - Parameters:
    ///   - key: 1 to 400 bytes.
    ///   - bytes: At most 1 MiB.
    ///   - time: How long they are kept at most; nil: until there is no room.
    public func set(_ key: String, _ bytes: [UInt8], for time: Duration? = nil) async throws {
        let (runtime, table) = (context.runtime, try context.runtime.cache)
        try await ContinuationBox<Void>.waiting(for: "set") { box in
            key.lending { key in
                bytes.lending { bytes in
                    table.pointee.set(runtime.host, context.handle, key, bytes, time.microseconds, Self.done, box)
                }
            }
        }
    }

    /// Forgets a key.
    public func remove(_ key: String) async throws {
        context.runtime.computations.forget { $0 == key }
        let (runtime, table) = (context.runtime, try context.runtime.cache)
        try await ContinuationBox<Void>.waiting(for: "remove") { box in
            key.lending { table.pointee.remove(runtime.host, context.handle, $0, Self.done, box) }
        }
    }

    /// Forgets all keys that begin with a text. Looks at every key of the cache: for rare use.
    public func remove(prefix: String) async throws {
        context.runtime.computations.forget { $0.hasPrefix(prefix) }
        let (runtime, table) = (context.runtime, try context.runtime.cache)
        try await ContinuationBox<Void>.waiting(for: "remove_prefix") { box in
            prefix.lending { table.pointee.remove_prefix(runtime.host, context.handle, $0, Self.done, box) }
        }
    }

    /// Adds to a number, which begins as 0. Of several at once none is lost.
    ///
    /// - Parameter time: As for ``set(_:_:for:)``; it counts from the beginning of the number.
    /// - Returns: The sum.
    @discardableResult
    public func increment(_ key: String, by amount: Int = 1, for time: Duration? = nil) async throws -> Int {
        let (runtime, table) = (context.runtime, try context.runtime.cache)
        return try await ContinuationBox<Int>.waiting(for: "increment") { box in
            key.lending { key in
                table.pointee.increment(
                    runtime.host, context.handle, key, Int64(amount), time.microseconds,
                    { user, error, number in ContinuationBox<Int>.resume(user, error, Int(number)) }, box)
            }
        }
    }

    /// Replaces bytes if they still are the expected ones; nil stands for none.
    ///
    /// - Returns: Whether it did.
    public func replace(
        _ key: String, expected: [UInt8]?, with new: [UInt8]?, for time: Duration? = nil
    ) async throws -> Bool {
        let (runtime, table) = (context.runtime, try context.runtime.cache)
        return try await ContinuationBox<Bool>.waiting(for: "compare_and_set") { box in
            key.lending { key in
                Self.lending(expected) { expected in
                    Self.lending(new) { new in
                        table.pointee.compare_and_set(
                            runtime.host, context.handle, key, expected, new, time.microseconds,
                            { user, error, number in ContinuationBox<Bool>.resume(user, error, number == 1) }, box)
                    }
                }
            }
        }
    }

    /// Takes from a counted limit, exact for calls at the same time on all hosts. What is refused costs nothing.
    ///
    /// - Parameters:
    ///   - key: Of the limit.
    ///   - limit: How much may be taken in a window.
    ///   - window: How long a window lasts, from the first take in it.
    ///   - cost: 1 or more.
    public func take(_ key: String, limit: Int, in window: Duration, cost: Int = 1) async throws -> Allowance {
        let (runtime, table) = (context.runtime, try context.runtime.cache)
        return try await ContinuationBox<Allowance>.waiting(for: "take") { box in
            key.lending { key in
                table.pointee.take(
                    runtime.host, context.handle, key, Int64(limit), Duration?.some(window).microseconds, Int64(cost),
                    { user, error, allowance in ContinuationBox<Allowance>.resume(user, error, Allowance(allowance)) }, box)
            }
        }
    }

    private static let done: hearth_done = { user, error in ContinuationBox<Void>.resume(user, error, ()) }

    private static func lending<R>(_ bytes: [UInt8]?, _ body: (UnsafePointer<hearth_bytes>?) -> R) -> R {
        guard let bytes else { return body(nil) }
        return bytes.lending { bytes in
            var bytes = bytes
            return body(&bytes)
        }
    }
}

/// What is left of a counted limit.
public struct Allowance: Sendable, Equatable {
    /// Whether there was enough.
    public let isAllowed: Bool
    /// What may still be taken in this window.
    public let remaining: Int
    /// Until the window ends.
    public let reset: Duration

    init(_ allowance: UnsafePointer<hearth_allowance>?) {
        isAllowed = allowance?.pointee.is_allowed == 1
        remaining = Int(allowance?.pointee.remaining ?? 0)
        reset = .microseconds(allowance?.pointee.reset ?? 0)
    }
}

extension Context {
    /// The plugin's cache.
    public var cache: PluginCache { PluginCache(context: self) }
}

extension Duration? {
    /// As the C interface has it: 0 for none, and what is shorter than its unit is not none.
    fileprivate var microseconds: UInt64 {
        guard let self else { return 0 }
        let (seconds, attoseconds) = self.components
        guard seconds >= 0, attoseconds >= 0 else { return 1 }
        return max(1, UInt64(seconds) &* 1_000_000 &+ UInt64(attoseconds / 1_000_000_000_000))
    }
}
