public import HearthThreads
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The host's clock: drives everything that depends on time, so that tests can set it by hand.
public protocol HostClock: Sendable {
    /// Microseconds since 1970-01-01 00:00 UTC.
    var now: Int64 { get }
    /// The moment by which time spans are measured, which no correction of the clock moves.
    var uptime: Deadline { get }
}

extension HostClock {
    /// The time of the clock, for those that nobody corrects.
    public var uptime: Deadline { Deadline(uptimeNanoseconds: UInt64(max(0, now)) * 1000) }
}

/// The clock of the machine.
public struct SystemClock: HostClock {
    /// The clock of the machine.
    public init() {}

    public var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    public var uptime: Deadline { .now }
}

/// A clock that stands still until it is moved.
public final class ManualClock: HostClock {
    private let time: Atomic<Int64>

    /// - Parameter now: microseconds since 1970-01-01 00:00 UTC
    public init(now: Int64) { time = Atomic(now) }

    public var now: Int64 { time.load(ordering: .acquiring) }

    /// Sets the time.
    public func set(_ now: Int64) { time.store(now, ordering: .releasing) }

    /// Moves the time on.
    public func advance(by duration: Duration) {
        let (seconds, attoseconds) = duration.components
        time.add(seconds * 1_000_000 + attoseconds / 1_000_000_000_000, ordering: .acquiringAndReleasing)
    }
}
