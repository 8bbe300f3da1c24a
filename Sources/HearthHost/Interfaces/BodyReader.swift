import CHearth
import HTTPTypes
import HearthHTTP
import NIOConcurrencyHelpers
import NIOCore

/// Reads a streamed body for a plugin, a piece each time that the plugin asks: what it has not asked for stays in the network.
final class BodyReader: Sendable {
    private struct State {
        var iterator: RequestBody.Iterator
        var received = 0
        var isReading = false
        /// The last piece has been read.
        var isOver = false
    }

    /// What the plugin is given.
    private enum Piece {
        case next(ByteBuffer)
        case end
        case failure(ForeignError)
    }

    private let state: NIOLockedValueBox<State>
    private let limit: Int

    /// - Parameters:
    ///   - body: what the client sends
    ///   - limit: the most bytes to take
    init(_ body: RequestBody, limit: Int) {
        state = NIOLockedValueBox(State(iterator: body.makeAsyncIterator()))
        self.limit = limit
    }

    /// Begins to read a piece, which is handed over on a worker.
    ///
    /// - Returns: `HEARTH_OK`; `HEARTH_BUSY` while a piece is being read; `HEARTH_DENIED` after the last one
    func read(_ chunk: ForeignCompletion<hearth_chunk>, on route: PluginRoute) -> hearth_status {
        let (status, iterator) = state.withLockedValue { state -> (hearth_status, RequestBody.Iterator) in
            if state.isReading { return (Status.busy, state.iterator) }
            if state.isOver { return (Status.denied, state.iterator) }
            state.isReading = true
            return (Status.ok, state.iterator)
        }
        guard status == Status.ok else { return status }
        Task {
            let piece = await next(iterator)
            route.plugin.services.workers.enqueue(route.label) { Self.deliver(piece, to: chunk) }
        }
        return Status.ok
    }

    private func next(_ iterator: RequestBody.Iterator) async -> Piece {
        var iterator = iterator
        let result: Result<ByteBuffer?, any Error>
        do { result = .success(try await iterator.next()) } catch { result = .failure(error) }
        return state.withLockedValue { [iterator] state in
            state.iterator = iterator
            state.isReading = false
            guard case .success(let bytes?) = result else {
                state.isOver = true
                if case .failure(let error) = result { return .failure(Self.foreign(error)) }
                return .end
            }
            state.received += bytes.readableBytes
            guard state.received <= limit else {
                state.isOver = true
                return .failure(Self.foreign(HTTPError.bodyTooLarge(limit: limit)))
            }
            return .next(bytes)
        }
    }

    private static func foreign(_ error: any Error) -> ForeignError {
        guard let error = error as? HTTPError else { return ForeignError(Status.cancelled, "the body ended early") }
        let status =
            switch error.status {
            case .contentTooLarge: Status.tooLarge
            case .requestTimeout: Status.timeout
            default: Status.invalid
            }
        return ForeignError(status, error.detail)
    }

    private static func deliver(_ piece: Piece, to chunk: ForeignCompletion<hearth_chunk>) {
        switch piece {
        case .next(let bytes):
            bytes.withUnsafeReadableBytes { bytes in
                let data = hearth_bytes(
                    data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count))
                chunk.function(chunk.user, data, 0, nil)
            }
        case .end: chunk.function(chunk.user, hearth_bytes(), 1, nil)
        case .failure(let error): error.lend { chunk.function(chunk.user, hearth_bytes(), 1, $0) }
        }
    }
}
