import Synchronization

/// Carries a cancellation to a call that may not have been started yet.
final class PendingCancellation: Cancellation {
    private struct State {
        var isCancelled = false
        var target: (any Cancellation)?
    }
    private let state = Mutex(State())

    func set(_ target: any Cancellation) {
        let cancelNow = state.withLock { state in
            state.target = target
            return state.isCancelled
        }
        if cancelNow { target.cancel() }
    }

    func cancel() {
        let target = state.withLock { state in
            state.isCancelled = true
            return state.target
        }
        target?.cancel()
    }
}

/// The cancellation of a call that was over before it began.
final class FinishedCall: Cancellation {
    static let instance = FinishedCall()
    func cancel() {}
}
