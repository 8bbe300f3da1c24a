import Glibc

/// A moment on the monotonic clock of the machine: one number, so that comparing and checking cost nothing.
public struct Deadline: Sendable, Hashable, Comparable {
    /// Nanoseconds since the machine started, as in `NIODeadline`.
    public let uptimeNanoseconds: UInt64

    /// Makes a deadline of nanoseconds since the machine started.
    public init(uptimeNanoseconds: UInt64) {
        self.uptimeNanoseconds = uptimeNanoseconds
    }

    /// This moment.
    public static var now: Deadline {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Deadline(uptimeNanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    /// This moment and a while.
    public static func after(_ duration: Duration) -> Deadline { now + duration }

    /// A moment later by a duration; the furthest possible one when it does not fit.
    public static func + (moment: Deadline, duration: Duration) -> Deadline {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = Int64(clamping: Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000))
        let (sum, overflow) = moment.uptimeNanoseconds.addingReportingOverflow(UInt64(max(0, nanoseconds)))
        return Deadline(uptimeNanoseconds: overflow ? .max : sum)
    }

    /// Whether it has passed.
    public var hasPassed: Bool { Deadline.now >= self }

    /// The earlier one first.
    public static func < (left: Deadline, right: Deadline) -> Bool { left.uptimeNanoseconds < right.uptimeNanoseconds }
}
