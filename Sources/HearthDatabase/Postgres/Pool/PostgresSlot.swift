import HearthThreads

/// A connection as the pool sees it.
struct PostgresSlot {
    enum State { case connecting, ready }
    enum Lease {
        case none
        /// For this call as soon as all is answered that was sent before.
        case reserved(PostgresCall)
        case held
    }

    let identity: Int
    var state = State.connecting
    /// How many units are on their way.
    var load = 0
    var lease = Lease.none
    /// A request to cancel is on its way.
    var isHeld = false
    /// Since when it is being opened, or open.
    var since: Deadline
    /// When something was last sent to it while it was idle, or answered.
    var progress = Deadline(uptimeNanoseconds: 0)
    var retirement = Deadline(uptimeNanoseconds: .max)
    var hasWorked = false

    init(identity: Int, since: Deadline) {
        self.identity = identity
        self.since = since
    }

    var isLeased: Bool {
        if case .none = lease { false } else { true }
    }

    /// Whether calls outside of transactions can go there.
    var isAvailable: Bool { state == .ready && !isLeased && !isHeld }
}

/// The limits that the pool keeps.
struct PostgresPoolLimits {
    var minimum = 2
    var maximum = 8
    /// How many units may be on their way on a connection.
    var depth = 4
    /// How many reads may share a unit.
    var unit = 16
    /// After how long without progress nothing more is put behind what a connection is doing.
    var patience = Duration.milliseconds(10)
    var waiting = Duration.seconds(10)
    var connect = Duration.seconds(5)
    var idle = Duration.seconds(60)
    var age = Duration.seconds(1_800)
    /// The pauses between attempts to connect double from the first to the second.
    var shortestPause = Duration.milliseconds(50)
    var longestPause = Duration.milliseconds(500)

    /// How many connections transactions may have at once: one is left for other calls.
    var leases: Int { max(1, maximum - 1) }
}

/// Numbers that keep many pools from doing the same at the same time (SplitMix64).
struct PostgresJitter {
    var state: UInt64

    /// The next number, at least 0 and less than 1.
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }
}
