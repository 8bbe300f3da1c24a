import HearthThreads
import Synchronization

/// A circuit breaker for each origin that a caller calls: what one plugin does to itself does not shut the door on another.
final class CircuitBreakers: Sendable {
    struct Key: Hashable, Sendable {
        let owner: String
        let origin: String
    }

    /// How many failures in a row open a breaker.
    static let threshold = 5
    /// How long it stays open.
    static let rest = Duration.seconds(10)
    /// How many are remembered: who calls more origins than that has forgotten failures, not more memory.
    private static let most = 4_096

    private let breakers = Mutex<[Key: CircuitBreaker]>([:])

    /// The breakers that are open, or have one trial under way.
    var open: [Key] {
        breakers.withLock { breakers in
            breakers.compactMap { key, breaker in if case .closed = breaker.state { nil } else { key } }
        }
    }

    /// Whether a call may be made; each one admitted is to be reported.
    func admits(_ key: Key, _ now: Deadline) -> Bool {
        breakers.withLock { breakers in
            // No breaker is one that is closed.
            breakers[key]?.admits(now) ?? true
        }
    }

    func succeeded(_ key: Key) {
        breakers.withLock { breakers in
            guard var breaker = breakers[key] else { return }
            breaker.succeeded()
            breakers[key] = breaker.state == .closed(failures: 0) ? nil : breaker
        }
    }

    func failed(_ key: Key, _ now: Deadline) {
        breakers.withLock { breakers in
            if breakers[key] == nil, breakers.count >= Self.most { breakers.removeAll() }
            breakers[key, default: CircuitBreaker(threshold: Self.threshold, rest: Self.rest)].failed(now)
        }
    }

    func abandoned(_ key: Key, _ now: Deadline) {
        breakers.withLock { $0[key]?.abandoned(now) }
    }
}
