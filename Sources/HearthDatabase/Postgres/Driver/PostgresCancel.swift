import CPostgres

/// A request to stop what a connection is doing.
///
/// `@unchecked Sendable`: libpq's token is a copy of the address, used by one thread.
final class PostgresCancel: @unchecked Sendable {
    private let token: OpaquePointer

    init?(_ handle: OpaquePointer) {
        guard let token = PQgetCancel(handle) else { return nil }
        self.token = token
    }

    deinit { PQfreeCancel(token) }

    /// Connects to the server and asks; blocks, at the latest until the system gives up connecting.
    func send() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = PQcancel(token, buffer.baseAddress, 256)
        }
    }
}

/// A connection of libpq on its way from the thread that began it to the loop.
///
/// `@unchecked Sendable`: one thread has it at a time.
struct LibraryHandle: @unchecked Sendable {
    let pointer: OpaquePointer?

    func close() {
        if let pointer { PQfinish(pointer) }
    }
}
