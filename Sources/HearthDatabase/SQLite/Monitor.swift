import Glibc

/// A lock with a condition, for threads that wait for work: `Mutex` cannot be waited on.
///
/// `@unchecked Sendable`: the two objects are made for use by several threads, and stay where they are.
final class Monitor: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    init() {
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

    func withLock<R>(_ body: () throws -> R) rethrows -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// Waits for a signal, with the lock held.
    func wait() { pthread_cond_wait(condition, mutex) }

    /// Waits for a signal until a moment, with the lock held.
    func wait(until deadline: Deadline) {
        var time = timespec()
        time.tv_sec = Int(deadline.uptimeNanoseconds / 1_000_000_000)
        time.tv_nsec = Int(deadline.uptimeNanoseconds % 1_000_000_000)
        pthread_cond_timedwait(condition, mutex, &time)
    }

    func signal() { pthread_cond_signal(condition) }
    func broadcast() { pthread_cond_broadcast(condition) }
}

/// Starts a thread for work that blocks, and which ends by itself.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body))
    let result = pthread_create(
        &thread, nil,
        { pointer in
            if let pointer { Unmanaged<Start>.fromOpaque(pointer).takeRetainedValue().body() }
            return nil
        }, start.toOpaque())
    precondition(result == 0, "the system has no thread left")
    pthread_detach(thread)
}
