import CHearth

#if canImport(Glibc)
    import Glibc
#endif

/// Runs the tasks of a plugin instance on the workers of the host, so that code which holds a thread for too long is noticed and
/// named, and never takes a thread of Swift's own pool, on which the host lives.
///
/// A call of the host into the plugin already is on a worker: the part of a task that such a call begins or wakes runs right
/// there (``here(_:)``), without a change of thread.
///
/// Sendable because all of it is constant; see ``PluginRuntime``.
final class WorkerExecutor: TaskExecutor, @unchecked Sendable {
    private let host: UnsafePointer<hearth_host>
    private let core: UnsafePointer<hearth_core>

    init(host: UnsafePointer<hearth_host>, core: UnsafePointer<hearth_core>) {
        self.host = host
        self.core = core
    }

    /// Begins a task and runs it on this thread up to the first place where it waits.
    func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        Self.here { Task.detached(executorPreference: self) { await work() } }
    }

    /// Runs a closure that begins or wakes one task, and then that task on this thread.
    static func here<R>(_ body: () -> R) -> R {
        var next: Work?
        let result = withUnsafeMutablePointer(to: &next) { place in
            let outer = pthread_getspecific(key)
            pthread_setspecific(key, place)
            defer { pthread_setspecific(key, outer) }
            return body()
        }
        next?.run()
        return result
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let work = Work(job: UnownedJob(job), executor: self)
        if let place = pthread_getspecific(Self.key)?.assumingMemoryBound(to: Work?.self), place.pointee == nil {
            place.pointee = work
            return
        }
        let box = Unmanaged.passRetained(work)
        let status = core.pointee.run(
            host,
            { pointer in
                guard let pointer else { return }
                Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run()
            }, box.toOpaque())
        // A host that takes no work any more has broken its promise; a task that never ends would be worse than one that
        // runs on the wrong thread.
        if status != HearthStatus.ok.rawValue { box.takeRetainedValue().run() }
    }

    /// A part of a task.
    private final class Work {
        private let job: UnownedJob
        private let executor: WorkerExecutor

        init(job: UnownedJob, executor: WorkerExecutor) {
            self.job = job
            self.executor = executor
        }

        func run() { job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
    }

    /// Where a thread keeps the address of ``here(_:)``'s `next` while its closure runs.
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let status = pthread_key_create(&key, nil)
        precondition(status == 0, "the process has no thread-local key left")
        return key
    }()
}
