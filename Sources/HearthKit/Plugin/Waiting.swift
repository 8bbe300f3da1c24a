import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

extension Context {
    /// Runs an asynchronous function to its end while the calling thread waits. Only for `start`, which the host calls on a
    /// thread that may block.
    func waiting(for body: @escaping @Sendable () async throws -> Void) -> Result<Void, any Error> {
        let outcome = Outcome()
        let cancellation = TaskCancellation()
        let task = Task.detached(executorPreference: runtime.executor) {
            do {
                try await body()
                outcome.finish(.success(()))
            } catch {
                outcome.finish(.failure(error))
            }
            cancellation.finish()
        }
        cancellation.watch(self, task)
        return outcome.wait()
    }
}

/// A result that one thread waits for and a task delivers.
private final class Outcome: Sendable {
    private let result = Mutex<Result<Void, any Error>?>(nil)
    private let delivered = Semaphore()

    func finish(_ value: Result<Void, any Error>) {
        result.withLock { $0 = value }
        delivered.signal()
    }

    func wait() -> Result<Void, any Error> {
        delivered.wait()
        return result.withLock { $0 } ?? .failure(CancellationError())
    }
}

/// A POSIX semaphore at a stable address.
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
