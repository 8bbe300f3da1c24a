import Synchronization

/// Lets tasks wait until a test opens it.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var arrived = 0
    }

    private let state = Mutex(State())

    /// How many have come to the gate.
    var arrived: Int { state.withLock { $0.arrived } }

    /// Waits until the gate is open; throws when the task is cancelled.
    func pass() async throws {
        let number = state.withLock { state in
            state.arrived += 1
            return state.arrived
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOpen = state.withLock { state in
                    if !state.isOpen { state.waiting[number] = continuation }
                    return state.isOpen
                }
                if isOpen { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(throwing: CancellationError())
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }
}

/// Waits until something is so, for as long as a busy machine may need.
func eventually(_ isSo: @Sendable () -> Bool) async throws -> Bool {
    for _ in 0..<2000 {
        if isSo() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return isSo()
}
