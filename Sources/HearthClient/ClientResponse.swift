public import NIOCore
import Synchronization

/// A response whose body is still to be read.
public struct ClientResponse: Sendable {
    /// 200 to 599.
    public let status: Int
    /// In order.
    public let headers: [(name: String, value: String)]
    /// Where it came from in the end.
    public let url: ClientURL
    /// The body, to be read once, piece by piece: what is not read stays in the network.
    public let body: ClientBody

    /// The values of a field, joined.
    public func header(_ name: String) -> String? {
        let values = headers.lazy.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

/// Reads the body of a response, one piece at a time.
public final class ClientBody: Sendable {
    private struct State {
        var received = 0
        var isOver = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let pieceLimit: @Sendable () -> Duration
    private let read: @Sendable () async throws -> ByteBuffer?

    /// - Parameters:
    ///   - limit: the most bytes
    ///   - pieceLimit: how long a piece may take
    ///   - read: gives the next piece, nil at the end
    init(
        limit: Int, pieceLimit: @escaping @Sendable () -> Duration, read: @escaping @Sendable () async throws -> ByteBuffer?
    ) {
        self.limit = limit
        self.pieceLimit = pieceLimit
        self.read = read
    }

    /// The next piece, never an empty one; nil at the end. Not to be called again before it returns.
    public func next() async throws(ClientError) -> ByteBuffer? {
        while !state.withLock({ $0.isOver }) {
            let piece: ByteBuffer?
            do throws(ClientError) {
                let read = read
                piece = try await TimeLimit.run(pieceLimit(), "the response") { try await read() }
            } catch {
                state.withLock { $0.isOver = true }
                throw error
            }
            let isTooLarge = state.withLock { state in
                state.received += piece?.readableBytes ?? 0
                state.isOver = piece == nil || state.received > limit
                return state.received > limit
            }
            if isTooLarge { throw ClientError(.tooLarge, "the response has more than \(limit) bytes") }
            if let piece, piece.readableBytes > 0 { return piece }
        }
        return nil
    }

    /// All of it.
    public func collect() async throws(ClientError) -> ByteBuffer {
        var all = ByteBuffer()
        while let piece = try await next() { all.writeImmutableBuffer(piece) }
        return all
    }
}
