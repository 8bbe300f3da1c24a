import CPostgres
import HearthThreads

/// Carries on what libpq has begun until a connection stands, without blocking. On the thread of the loop.
final class PostgresHandshake {
    private let handle: OpaquePointer
    private let loop: EventLoop
    private let ended: (Bool) -> Void
    private var watch: EventLoop.Watch?

    /// - Parameters:
    ///   - handle: what libpq has begun; stays the caller's
    ///   - loop: watches its sockets
    ///   - ended: told once whether the connection stands, unless it is cancelled before
    init(_ handle: OpaquePointer, on loop: EventLoop, ended: @escaping (Bool) -> Void) {
        self.handle = handle
        self.loop = loop
        self.ended = ended
    }

    /// Begins. It may end at once.
    func start() {
        guard PQstatus(handle) != CONNECTION_BAD else { return ended(false) }
        // Notices are for people at a terminal.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        wait(for: .write)
    }

    /// Stops watching.
    func cancel() {
        watch?.cancel()
        watch = nil
    }

    private func wait(for interest: EventLoop.Readiness) {
        guard PQsocket(handle) >= 0 else { return ended(false) }
        watch = loop.watch(PQsocket(handle), for: interest) { [unowned self] _ in poll() }
    }

    private func poll() {
        // libpq may close the socket and try another address.
        cancel()
        switch PQconnectPoll(handle) {
        case PGRES_POLLING_READING: wait(for: .read)
        case PGRES_POLLING_WRITING: wait(for: .write)
        case PGRES_POLLING_OK: ended(true)
        default: ended(false)
        }
    }
}
