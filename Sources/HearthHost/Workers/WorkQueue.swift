import DequeModule

#if canImport(Glibc)
    import Glibc
#endif

/// The queue between those who have work and the threads that do it.
///
/// `@unchecked Sendable`: everything mutable is touched only while the mutex is held.
final class WorkQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let available = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var works: Deque<WorkerPool.Work> = []
    private var sleepers = 0
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(available, nil)
    }

    deinit {
        pthread_cond_destroy(available)
        pthread_mutex_destroy(mutex)
        available.deallocate()
        mutex.deallocate()
    }

    /// Adds work.
    ///
    /// - Returns: false when the queue is closed: nobody will do it
    func push(_ work: WorkerPool.Work) -> Bool {
        pthread_mutex_lock(mutex)
        guard !isClosed else {
            pthread_mutex_unlock(mutex)
            return false
        }
        works.append(work)
        // Nobody needs waking while every thread is busy: each looks here before it sleeps.
        let shouldWake = sleepers > 0
        pthread_mutex_unlock(mutex)
        if shouldWake { pthread_cond_signal(available) }
        return true
    }

    /// Adds several pieces of work with one lock and no more wake-ups than there is work.
    ///
    /// - Returns: false when the queue is closed: nobody will do it
    func push(contentsOf batch: [WorkerPool.Work]) -> Bool {
        pthread_mutex_lock(mutex)
        guard !isClosed else {
            pthread_mutex_unlock(mutex)
            return false
        }
        works.append(contentsOf: batch)
        let wakes = min(sleepers, batch.count)
        pthread_mutex_unlock(mutex)
        for _ in 0..<wakes { pthread_cond_signal(available) }
        return true
    }

    /// The next piece of work if there is one.
    func tryPop() -> WorkerPool.Work? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return works.popFirst()
    }

    /// The next piece of work, waiting for it; nil once the queue is closed and empty.
    func pop() -> WorkerPool.Work? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while works.isEmpty {
            guard !isClosed else { return nil }
            sleepers += 1
            pthread_cond_wait(available, mutex)
            sleepers -= 1
        }
        return works.removeFirst()
    }

    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        pthread_mutex_unlock(mutex)
        pthread_cond_broadcast(available)
    }
}
