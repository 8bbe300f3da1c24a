import HearthKit
import Synchronization

/// Leaves a provider alone that cannot answer at the moment, by what it says.
///
/// The host's client does so with servers that cannot be reached or answer 5xx. It cannot know about a key that is wrong, an
/// account without money, a limit that lasts, or answers with status 200 that nobody understands. What the text of a user may
/// provoke, a refusal or an answer that is not in the form, does not count: nobody can take the provider from others.
final class ProviderRest: Sendable {
    /// After what will be the same in a moment.
    static let long = Duration.seconds(300)
    /// After answers that nobody understands, so many in a row.
    static let short = Duration.seconds(30)
    static let threshold = 5
    /// The longest that a provider may ask for: a day's limit is over after a day, and somebody may have raised it.
    static let longest = Duration.seconds(3600)

    private struct State {
        var until = Timestamp(microseconds: .min)
        var failures = 0
        var cause: ProviderError?
    }

    private let state = Mutex(State())

    /// Why it is left alone; nil when it is not.
    func cause(at now: Timestamp) -> ProviderError? { state.withLock { now < $0.until ? $0.cause : nil } }

    /// It answered.
    func succeeded() { state.withLock { $0 = State() } }

    /// It failed.
    func failed(_ error: ProviderError, at now: Timestamp) {
        guard error.kind != .rejected else { return }
        state.withLock { state in
            state.cause = error
            state.failures += 1
            if let pause = error.pause {
                state.until = max(state.until, now + min(pause, Self.longest))
            } else if error.kind == .misconfigured {
                state.until = now + Self.long
            } else if state.failures >= Self.threshold {
                state.until = now + Self.short
                // One more failure afterwards, and it rests again.
                state.failures = Self.threshold - 1
            }
        }
    }
}
