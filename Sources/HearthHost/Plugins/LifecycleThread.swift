import NIOPosix
import Synchronization

/// The thread that runs init, start, drain and stop of plugins, one after the other. They may block there, but not for ever.
final class LifecycleThread: Sendable {
    private static let current = ThreadSpecificVariable<LifecycleThread>()

    /// Whether the calling thread is one.
    static var isCurrent: Bool { current.currentValue != nil }

    private let queue = Mutex(WorkQueue())

    init() { start(queue.withLock { $0 }) }

    deinit { queue.withLock { $0.close() } }

    private func start(_ queue: WorkQueue) {
        Thread { [weak self] in
            Self.current.currentValue = self
            while let work = queue.pop() { work.run(work.argument) }
        }.start()
    }

    /// Leaves a thread to the plugin that does not return, and goes on with another one.
    private func replace(_ lost: WorkQueue) {
        let fresh = queue.withLock { queue -> WorkQueue? in
            guard queue === lost else { return nil }
            queue = WorkQueue()
            return queue
        }
        guard let fresh else { return }
        lost.close()
        start(fresh)
    }

    /// Runs a function there and waits for it.
    ///
    /// - Parameter limit: how long to wait
    /// - Returns: nil when it took longer; the thread is lost to it then
    func run<R: Sendable>(limit: Duration, _ body: @escaping @Sendable () -> R) async -> R? {
        let queue = queue.withLock { $0 }
        let result = await withTaskGroup(of: Void.self) { group in
            let outcome = Outcome<R>()
            perform(body, outcome, on: queue)
            group.addTask {
                try? await Task.sleep(for: limit)
                outcome.finish(nil)
            }
            let result = await outcome.value
            group.cancelAll()
            return result
        }
        if result == nil { replace(queue) }
        return result
    }

    private func perform<R: Sendable>(_ body: @escaping @Sendable () -> R, _ outcome: Outcome<R>, on queue: WorkQueue) {
        let box = Unmanaged.passRetained(Box { outcome.finish(body()) })
        _ = queue.push(
            WorkerPool.Work(
                run: { pointer in
                    guard let pointer else { return }
                    Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
                }, argument: box.toOpaque(), label: .host))
    }

    private final class Box {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// The first of two possible ends: the function's, or the limit's.
    private final class Outcome<R: Sendable>: Sendable {
        private enum State: Sendable {
            case open
            case waiting(CheckedContinuation<R?, Never>)
            case over(R?)
        }

        private let state = Mutex(State.open)

        func finish(_ result: R?) {
            let continuation = state.withLock { state -> CheckedContinuation<R?, Never>? in
                switch state {
                case .over: return nil
                case .open:
                    state = .over(result)
                    return nil
                case .waiting(let continuation):
                    state = .over(result)
                    return continuation
                }
            }
            continuation?.resume(returning: result)
        }

        var value: R? {
            get async {
                await withCheckedContinuation { continuation in
                    let known = state.withLock { state -> R?? in
                        if case .over(let result) = state { return .some(result) }
                        state = .waiting(continuation)
                        return nil
                    }
                    if let known { continuation.resume(returning: known) }
                }
            }
        }
    }
}
