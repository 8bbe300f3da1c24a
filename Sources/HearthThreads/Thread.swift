import CEpoll
import Glibc

/// A detached thread of the operating system, for work that blocks.
public struct Thread: Sendable {
    private let body: @Sendable () -> Void

    /// - Parameters:
    ///   - name: as tools show the thread, at most 15 bytes
    ///   - body: what the thread does; it ends with it
    public init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.body = {
            pthread_setname_np(pthread_self(), name)
            body()
        }
    }

    /// Starts it.
    ///
    /// - Returns: false when the system has no thread left: nothing was started
    @discardableResult public func start() -> Bool {
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
        if result != 0 { box.release() }
        return result == 0
    }

    private final class Box {
        let body: @Sendable () -> Void
        init(body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
