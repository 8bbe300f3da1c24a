import Synchronization

/// Makes UUIDs of version 7: ordered by time, and within a process strictly ascending, so that new rows go to the end
/// of an index and equal times still have an order.
public final class UUIDGenerator: Sendable {
    /// The last millisecond and its counter of 12 bits, as one ascending number.
    private let last = Mutex<UInt64>(0)
    private let now: @Sendable () -> Int64

    /// Makes a generator.
    /// - Parameter now: the clock, in microseconds since 1970-01-01 00:00 UTC; a manual one in tests.
    public init(now: @escaping @Sendable () -> Int64) {
        self.now = now
    }

    /// The next UUID. When the clock stands still, goes back or more than 4,096 are made in a millisecond, it counts on.
    public func next() -> DatabaseUUID {
        let stamp = UInt64(max(0, now() / 1000)) << 12
        let tick = last.withLock { last in
            last = max(last + 1, stamp)
            return last
        }
        let high = (tick >> 12) << 16 | 0x7000 | (tick & 0xFFF)
        let low = (0b10 << 62) | UInt64.random(in: 0..<(1 << 62))
        return DatabaseUUID(high: high, low: low)
    }
}
