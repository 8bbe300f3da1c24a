public import NIOCore

/// Takes the pieces of a streamed answer.
public struct ResponseStream: Sendable {
    private let send: @Sendable (ByteBuffer) async throws -> Void

    /// Creates a stream; outside the transport only checks need to.
    ///
    /// - Parameter send: sends a piece and waits until more can be taken
    public init(send: @escaping @Sendable (ByteBuffer) async throws -> Void) {
        self.send = send
    }

    /// Sends a piece and waits until the network can take more.
    ///
    /// - Parameter bytes: the piece
    /// - Throws: `CancellationError` when the client has gone or takes no data for too long.
    public func write(_ bytes: ByteBuffer) async throws {
        guard bytes.readableBytes > 0 else { return }
        try await send(bytes)
    }
}
