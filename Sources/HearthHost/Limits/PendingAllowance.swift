import HearthCache
import Synchronization

/// An answer of the cache that may be there at once: then nobody is suspended.
final class PendingAllowance: Sendable {
    private enum State {
        case empty
        case awaited(UnsafeContinuation<Result<CacheAnswer, CacheError>, Never>)
        case answered(Result<CacheAnswer, CacheError>)
    }

    private let state = Mutex(State.empty)

    /// Asks a cache.
    init(_ command: CacheCommand, of cache: any Cache) {
        cache.run(command) { self.complete($0) }
    }

    /// The answer, if it is there.
    var known: Result<CacheAnswer, CacheError>? {
        state.withLock { if case .answered(let answer) = $0 { answer } else { nil } }
    }

    /// The answer, once it is there.
    var answer: Result<CacheAnswer, CacheError> {
        get async {
            await withUnsafeContinuation { continuation in
                let known = state.withLock { state -> Result<CacheAnswer, CacheError>? in
                    if case .answered(let answer) = state { return answer }
                    state = .awaited(continuation)
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }

    private func complete(_ answer: Result<CacheAnswer, CacheError>) {
        let waiting = state.withLock { state in
            let before = state
            state = .answered(answer)
            return before
        }
        if case .awaited(let continuation) = waiting { continuation.resume(returning: answer) }
    }
}
