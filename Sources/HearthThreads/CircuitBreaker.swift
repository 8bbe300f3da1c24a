/// Decides whether a service that fails is still asked: after some failures in a row it is left alone for a while, and then
/// asked once, to find out whether it has recovered.
///
/// A pure state machine: the caller brings the time, and tells of every call that was admitted how it went.
public struct CircuitBreaker: Sendable {
    /// Whether calls are admitted.
    public enum State: Sendable, Equatable {
        /// All is well, but for some failures in a row.
        case closed(failures: Int)
        /// Nothing is asked until a moment.
        case open(until: Deadline)
        /// The one trial is under way.
        case halfOpen
    }

    /// Whether calls are admitted.
    public private(set) var state = State.closed(failures: 0)
    private let threshold: Int
    private let rest: Duration

    /// Begins closed.
    ///
    /// - Parameters:
    ///   - threshold: how many failures in a row open it
    ///   - rest: how long it then stays open
    public init(threshold: Int, rest: Duration) {
        self.threshold = max(1, threshold)
        self.rest = rest
    }

    /// Whether a call may be made now; the first one after the rest is the trial.
    public mutating func admits(_ now: Deadline) -> Bool {
        switch state {
        case .closed: return true
        case .open(let end):
            guard end <= now else { return false }
            state = .halfOpen
            return true
        case .halfOpen: return false
        }
    }

    /// A call has succeeded. One that was admitted before it opened says nothing about now.
    public mutating func succeeded() {
        if case .open = state { return }
        state = .closed(failures: 0)
    }

    /// A call has failed for a reason that lies with the service.
    public mutating func failed(_ now: Deadline) {
        switch state {
        case .closed(let failures) where failures + 1 < threshold: state = .closed(failures: failures + 1)
        case .closed, .halfOpen: state = .open(until: now + rest)
        case .open: break
        }
    }

    /// The trial was never made.
    public mutating func abandoned(_ now: Deadline) { if case .halfOpen = state { state = .open(until: now) } }
}
