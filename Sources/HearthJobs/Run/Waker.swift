import HearthThreads
import Synchronization

/// Lets one task sleep until it is woken or a time has passed. A call that came before the sleep is not forgotten.
final class Waker: Sendable {
    private enum State {
        case idle
        case woken
        case sleeping(UnsafeContinuation<Void, Never>)
    }

    private let state = Mutex(State.idle)

    func wake() {
        let continuation = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            if case .sleeping(let continuation) = state {
                state = .idle
                return continuation
            }
            state = .woken
            return nil
        }
        continuation?.resume()
    }

    /// Sleeps until the next ``wake()``.
    func sleep() async {
        await withUnsafeContinuation { continuation in
            let isAwake = state.withLock { state in
                if case .woken = state {
                    state = .idle
                    return true
                }
                state = .sleeping(continuation)
                return false
            }
            if isAwake { continuation.resume() }
        }
    }

    /// Sleeps until the next ``wake()``, but not longer than a while.
    func sleep(atMost duration: Duration) async {
        let alarm = Task { [self] in
            try? await Task.sleep(for: duration)
            if !Task.isCancelled { wake() }
        }
        await sleep()
        alarm.cancel()
    }
}
