import HearthThreads
import NIOPosix
import Synchronization

/// The thread that runs init, start, drain and stop of plugins, one after the other. They may block there, but not for ever.
final class LifecycleThread: Sendable {
    private static let current = ThreadSpecificVariable<LifecycleThread>()

    /// Whether the calling thread is one.
    static var isCurrent: Bool { current.currentValue != nil }

    /// Where the thread takes its work from; another one once the thread is lost.
    private let queue = Mutex(WorkQueue())

    init() { startThread(queue.withLock { $0 }) }

    /// Ends the thread after the work that it has.
    func stop() { queue.withLock { $0.close() } }

    private func startThread(_ queue: WorkQueue) {
        Thread("life cycle") { [weak self] in
            Self.current.currentValue = self
            while let work = queue.pop() { work.run(work.argument) }
        }.start()
    }

    /// Runs a function there and waits for it.
    ///
    /// - Parameter limit: how long to wait
    /// - Returns: nil when it took longer; the thread is lost to it then, and what comes next runs on another one
    func run<R: Sendable>(limit: Duration, _ body: @escaping @Sendable () -> R) async -> R? {
        await withTaskGroup(of: Void.self) { group in
            let outcome = Outcome<R>()
            group.addTask { await self.perform(body, outcome) }
            group.addTask {
                try? await Task.sleep(for: limit)
                outcome.finish(nil)
            }
            let result = await outcome.value
            group.cancelAll()
            if result == nil { replaceThread() }
            return result
        }
    }

    private func replaceThread() {
        let fresh = WorkQueue()
        queue.withLock { queue in
            queue.close()
            queue = fresh
        }
        startThread(fresh)
    }

    private func perform<R: Sendable>(_ body: @escaping @Sendable () -> R, _ outcome: Outcome<R>) async {
        let box = Unmanaged.passRetained(Box { outcome.finish(body()) })
        _ = queue.withLock { $0 }.push(
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
