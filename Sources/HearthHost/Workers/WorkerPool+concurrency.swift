import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension WorkerPool {
    /// The pool that runs Swift's tasks; set once a process.
    private static let installed = Mutex<WorkerPool?>(nil)

    /// Makes the pool the place where tasks of this process run, those of Swift plugins among them: a handler that blocks in
    /// a task is then noticed and replaced like any other, and no request changes between two sets of threads.
    ///
    /// Uses the hook that the runtime offers for this (`swift_task_enqueueGlobal_hook`), as SwiftNIO does. Where a runtime has
    /// none, tasks run on Swift's own threads.
    ///
    /// - Returns: whether the pool has been installed
    @discardableResult
    func installForTasks() -> Bool {
        Self.installed.withLock { $0 = self }
        typealias Hook = @convention(thin) (UnownedJob, @convention(thin) (UnownedJob) -> Void) -> Void
        guard let address = dlsym(dlopen(nil, RTLD_NOW), "swift_task_enqueueGlobal_hook") else { return false }
        let hook: Hook = { job, original in
            guard let pool = WorkerPool.installed.withLock({ $0 }) else { return original(job) }
            // What resumes a task decides on whose account it goes on: a completion runs on its plugin's.
            let isTaken = pool.tryEnqueue(WorkLabel.current, unsafeBitCast(job, to: UnsafeMutableRawPointer.self)) { pointer in
                guard let pointer else { return }
                // A job is one pointer, and the generic executor is two null words, by the runtime's stable layout.
                let job = unsafeBitCast(pointer, to: UnownedJob.self)
                job.runSynchronously(on: unsafeBitCast((UInt(0), UInt(0)), to: UnownedSerialExecutor.self))
            }
            if !isTaken { original(job) }
        }
        // Written before any other thread of this process reads it anew: the hook is a plain pointer of the runtime.
        address.assumingMemoryBound(to: Hook.self).pointee = hook
        return true
    }

    /// Gives the tasks back to Swift's own threads.
    func uninstallForTasks() {
        Self.installed.withLock { if $0 === self { $0 = nil } }
    }
}
