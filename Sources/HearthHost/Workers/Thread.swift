#if canImport(Glibc)
    import Glibc
#endif

/// A detached thread of the operating system.
struct Thread {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Starts it.
    ///
    /// - Parameter name: at most 15 bytes, for tools such as `top`
    func start(name: String) {
        let box = Unmanaged.passRetained(Box(body: body, name: name))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                let box = Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue()
                pthread_setname_np(pthread_self(), box.name)
                box.body()
                return nil
            }, box.toOpaque())
        pthread_attr_destroy(&attributes)
        // Out of threads: whoever waits for this one is served by the others.
        if result != 0 { box.release() }
    }

    private final class Box {
        let body: @Sendable () -> Void
        let name: String

        init(body: @escaping @Sendable () -> Void, name: String) {
            self.body = body
            self.name = name
        }
    }
}

/// The monotonic clock of the machine.
enum MonotonicTime {
    /// Nanoseconds since the machine started.
    static var now: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
