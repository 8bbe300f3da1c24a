/// A cache that hosts share, or that one host has in its process: values that may be lost at any time, counted limits, and
/// messages between hosts.
///
/// The core takes completions and not `async`, since a task a call would cost more than the call; the wrappers are in
/// `Cache+async.swift`. Nothing is ever kept here only: a cache that is gone makes things slower and never wrong.
public protocol Cache: Sendable {
    /// Runs a command.
    ///
    /// - Parameters:
    ///   - command: what to do
    ///   - completion: called exactly once, on any thread, possibly before the call returns; must not block
    func run(_ command: CacheCommand, completion: @escaping CacheCompletion)

    /// Receives the messages of a channel, those of this host included, until the subscription is cancelled. While a
    /// connection is lost messages are lost too.
    ///
    /// - Parameters:
    ///   - channel: 1 to 512 bytes
    ///   - listening: called each time that messages begin to arrive: at first, and again after a connection was lost. What was
    ///     sent before may have been missed; must not block
    ///   - receive: called with each message, one after the other; must not block
    func subscribe(
        _ channel: String, listening: @escaping @Sendable () -> Void, _ receive: @escaping @Sendable ([UInt8]) -> Void
    ) -> any CacheSubscription

    /// What has happened so far.
    var statistics: CacheStatistics { get }

    /// Ends what is under way with `unavailable` and closes all connections.
    func shutdown() async
}

extension Cache {
    /// As above, for those who can do without what they miss.
    public func subscribe(_ channel: String, _ receive: @escaping @Sendable ([UInt8]) -> Void) -> any CacheSubscription {
        subscribe(channel, listening: {}, receive)
    }
}

/// Receives the answer to a command.
public typealias CacheCompletion = @Sendable (Result<CacheAnswer, CacheError>) -> Void

/// A channel that is listened to.
public protocol CacheSubscription: AnyObject, Sendable {
    /// Ends it: after this has returned at most a message that is being delivered on another thread still comes.
    func cancel()
}

/// What a cache can be asked.
public enum CacheCommand: Sendable {
    /// The value of a key: answers `value`.
    case get(String)
    /// Stores a value, for a while or until there is no room: answers `done`.
    case set(String, [UInt8], ttl: Duration?)
    /// Forgets a key: answers `flag`, whether it was there.
    case delete(String)
    /// Forgets all keys that begin with a text: answers `number`, how many. Looks at every key of the cache.
    case deletePrefix(String)
    /// Adds to a number, which begins as 0: answers `number`, the sum. The time to live counts from the beginning.
    case increment(String, by: Int64, ttl: Duration?)
    /// Replaces a value if it still is the expected one; nil stands for none: answers `flag`, whether it did.
    case compareAndSet(String, expected: [UInt8]?, new: [UInt8]?, ttl: Duration?)
    /// Takes from a counted limit: answers `allowance`. The window is a fixed one that begins with the first take after the
    /// last has ended; what is refused costs nothing.
    case take(String, limit: Int64, window: Duration, cost: Int64)
    /// Sends a message to all subscribers of all hosts: answers `done`.
    case publish(channel: String, message: [UInt8])
    /// Numbers a message, keeps it as one of the latest of a log, and sends it as a ``LogEntry`` to the subscribers of the
    /// channel of the same name: answers `entries`, with this one. The log is forgotten a while after its last use.
    case append(log: String, message: [UInt8], keeping: Int, ttl: Duration)
    /// What a log has kept after a number, the oldest first: answers `entries`. A log that is not there begins with this.
    case read(log: String, after: Int64, ttl: Duration)
    /// Makes a member one of a set for a while: answers `done`.
    case join(set: String, member: String, ttl: Duration)
    /// Takes a member out of a set: answers `done`.
    case leave(set: String, member: String)
    /// Who is in a set at the moment: answers `names`, in any order.
    case members(set: String)
}

/// The answer to a command.
public enum CacheAnswer: Sendable, Equatable {
    /// Done.
    case done
    /// The value; nil when there is none.
    case value([UInt8]?)
    /// Yes or no.
    case flag(Bool)
    /// A number.
    case number(Int64)
    /// What became of a take.
    case allowance(Allowance)
    /// A part of a log.
    case entries(LogEntries)
    /// Members of a set.
    case names([String])
}

/// What is left of a counted limit.
public struct Allowance: Sendable, Equatable {
    /// Whether there was enough.
    public let isAllowed: Bool
    /// What may still be taken in this window.
    public let remaining: Int64
    /// Until the window ends.
    public let reset: Duration

    /// Makes an allowance.
    public init(isAllowed: Bool, remaining: Int64, reset: Duration) {
        self.isAllowed = isAllowed
        self.remaining = remaining
        self.reset = reset
    }
}

/// What has happened in a cache so far.
public struct CacheStatistics: Sendable, Equatable {
    /// Values that were found.
    public var hits = 0
    /// Values that were asked for and not found.
    public var misses = 0
    /// Commands that failed.
    public var errors = 0
    /// Whether commands can be served at the moment.
    public var isConnected = true

    /// Makes statistics.
    public init(hits: Int = 0, misses: Int = 0, errors: Int = 0, isConnected: Bool = true) {
        self.hits = hits
        self.misses = misses
        self.errors = errors
        self.isConnected = isConnected
    }
}
