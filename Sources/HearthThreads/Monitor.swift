import Glibc

/// A lock with a condition, for threads that wait for work: `Mutex` cannot be waited on.
///
/// `@unchecked Sendable`: the two objects are made for use by several threads, and stay where they are.
public final class Monitor: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    /// Makes the lock, open.
    public init() {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs a body with the lock held.
    public func withLock<R>(_ body: () throws -> R) rethrows -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Waits for a signal, with the lock held.
    public func wait() { pthread_cond_wait(condition, mutex) }

    /// Waits for a signal until a moment, with the lock held.
    public func wait(until deadline: Deadline) {
        var time = timespec()
        time.tv_sec = Int(deadline.uptimeNanoseconds / 1_000_000_000)
        time.tv_nsec = Int(deadline.uptimeNanoseconds % 1_000_000_000)
        pthread_cond_timedwait(condition, mutex, &time)
    }

    /// Wakes one thread that waits.
    public func signal() { pthread_cond_signal(condition) }
    /// Wakes all threads that wait.
    public func broadcast() { pthread_cond_broadcast(condition) }
}
