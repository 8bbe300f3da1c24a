import CHearth
import Synchronization

extension Context {
    /// Serves a call of the host as a task that is cancelled when nobody waits for its result any more.
    func serve(_ work: @escaping @Sendable () async -> Void) {
        let cancellation = TaskCancellation()
        let task = runtime.executor.start {
            await work()
            cancellation.finish()
        }
        cancellation.watch(self, task)
    }
}

/// Carries the host's cancellation of a context to the task that works for it.
///
/// The host may call back while the task ends on another thread, so it is given a number instead of a pointer: a late
/// call finds nothing.
final class TaskCancellation: Sendable {
    private enum State {
        case starting
        case watching(UInt)
        case finished
    }

    private static let lastNumber = Atomic<UInt>(0)
    private static let tasks = Mutex<[UInt: Task<Void, Never>]>([:])

    /// How many tasks are watched, for tests.
    static var watched: Int { tasks.withLock { $0.count } }

    private let state = Mutex(State.starting)

    /// Asks the host to be told, unless the task has finished already, as most have.
    func watch(_ context: Context, _ task: Task<Void, Never>) {
        let number = state.withLock { state -> UInt? in
            guard case .starting = state else { return nil }
            let number = Self.lastNumber.add(1, ordering: .relaxed).newValue
            state = .watching(number)
            Self.tasks.withLock { $0[number] = task }
            return number
        }
        guard let number else { return }
        // A refusal means that the context is over: the task is about to finish and cleans up.
        _ = context.runtime.core.pointee.on_cancel(
            context.runtime.host, context.handle,
            { number in
                let task = TaskCancellation.tasks.withLock { $0[UInt(bitPattern: number)] }
                task?.cancel()
            }, UnsafeMutableRawPointer(bitPattern: number))
    }

    /// The task is over.
    func finish() {
        state.withLock { state in
            if case .watching(let number) = state { Self.tasks.withLock { $0[number] = nil } }
            state = .finished
        }
    }
}
