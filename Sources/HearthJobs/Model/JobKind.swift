/// One thing that jobs do, and how.
public struct JobKind: Sendable {
    /// Its name, unique in the host: `habits.remind`.
    public let name: String
    /// The queue that its jobs wait in.
    public var queue: String
    /// How long a run may take.
    public var timeout: Duration
    /// What happens after a failure.
    public var retry: RetryPolicy
    /// Jobs of a queue with a lower number come first; 0 to 9.
    public var priority: Int
    /// How long a completed job is kept; zero to delete it at once.
    public var retention: Duration

    /// - Parameters:
    ///   - name: unique in the host
    ///   - queue: nil for a queue of its own, of the same name
    ///   - timeout: how long a run may take
    ///   - retry: what happens after a failure
    ///   - priority: 0 to 9, 0 first
    ///   - retention: how long a completed job is kept
    public init(
        _ name: String, queue: String? = nil, timeout: Duration = .seconds(60), retry: RetryPolicy = .standard,
        priority: Int = 5, retention: Duration = .seconds(86_400)
    ) {
        self.name = name
        self.queue = queue ?? name
        self.timeout = timeout
        self.retry = retry
        self.priority = min(max(0, priority), 9)
        self.retention = retention
    }

    /// How long a job that was given up is kept.
    public static let cancelledRetention = Duration.seconds(86_400)
    /// How long a dead letter is kept.
    public static let discardedRetention = Duration.seconds(14 * 86_400)
    /// How many failures of a job are kept.
    public static let keptErrors = 20
}

/// How a queue is worked off.
public struct QueueRules: Sendable, Equatable {
    /// A bucket of tokens: each run takes one.
    public struct Budget: Sendable, Equatable {
        /// How many tokens it holds, and so how many runs may begin at once.
        public var capacity: Int
        /// In which time it fills from empty to full.
        public var period: Duration

        /// As many runs in a period.
        public init(_ capacity: Int, per period: Duration) {
            self.capacity = max(1, capacity)
            self.period = max(.milliseconds(1), period)
        }
    }

    /// How many of its jobs one host runs at the same time.
    public var slots: Int
    /// How many of its jobs all hosts together run at the same time; nil for as many as they can.
    public var concurrency: Int?
    /// How many runs may begin in a time, on all hosts together; nil for no limit.
    public var budget: Budget?
    /// Whether the tenants of its jobs take turns.
    public var isFair: Bool

    /// - Parameters:
    ///   - slots: how many jobs one host runs at the same time
    ///   - concurrency: how many all hosts together
    ///   - budget: how many begin in a time
    ///   - isFair: whether tenants take turns
    public init(slots: Int = 64, concurrency: Int? = nil, budget: Budget? = nil, isFair: Bool = false) {
        self.slots = max(1, slots)
        self.concurrency = concurrency
        self.budget = budget
        self.isFair = isFair
    }

    /// Whether a claim has to be counted with all hosts.
    var isLimited: Bool { concurrency != nil || budget != nil }
}
