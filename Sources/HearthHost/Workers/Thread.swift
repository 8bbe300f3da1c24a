import HearthDatabase

#if canImport(Glibc)
    import Glibc
#endif

/// A detached thread of the operating system.
struct Thread {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Starts it.
    func start() {
        let box = Unmanaged.passRetained(Box(body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                let box = Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue()
                box.body()
                return nil
            }, box.toOpaque())
        pthread_attr_destroy(&attributes)
        // Out of threads: whoever waits for this one is served by the others.
        if result != 0 { box.release() }
    }

    private final class Box {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// The monotonic clock of the machine.
enum MonotonicTime {
    /// Nanoseconds since the machine started.
    static var now: UInt64 { Deadline.now.uptimeNanoseconds }
}
