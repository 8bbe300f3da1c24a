import CHearth
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension Context {
    /// Runs an asynchronous function from its beginning to its end on the calling thread, which may block. It is cancelled when
    /// nobody waits for its result any more.
    func runHere(_ work: @escaping @Sendable () async -> Void) {
        let thread = CallingThread(others: runtime.executor)
        let cancellation = TaskCancellation()
        let task = Task.detached(executorPreference: thread) {
            await work()
            cancellation.finish()
            thread.end()
        }
        cancellation.watch(self, task)
        thread.run()
    }
}

/// Runs one task, with the tasks inside it, on the thread that waits for it.
///
/// Sendable because what changes is behind the lock.
private final class CallingThread: TaskExecutor, @unchecked Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        var isOver = false
    }

    private let state = Mutex(State())
    private let isReady = Semaphore()
    /// Runs what comes after the end.
    private let others: WorkerExecutor

    init(others: WorkerExecutor) { self.others = others }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isOver = state.withLock { state in
            if !state.isOver { state.jobs.append(job) }
            return state.isOver
        }
        if isOver { others.enqueue(ExecutorJob(job)) } else { isReady.signal() }
    }

    /// The task is about to end.
    func end() { state.withLock { $0.isOver = true } }

    /// Runs the task; returns when it has ended.
    func run() {
        while true {
            isReady.wait()
            let job = state.withLock { $0.jobs.removeFirst() }
            job.runSynchronously(on: asUnownedTaskExecutor())
            if state.withLock({ $0.isOver && $0.jobs.isEmpty }) { return }
        }
    }
}

/// A POSIX semaphore at a stable address.
///
/// Sendable by contract of `sem_t`: its functions may be called from any thread; the pointer itself never changes.
private final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }
    func wait() { while sem_wait(semaphore) != 0 {} }
}
