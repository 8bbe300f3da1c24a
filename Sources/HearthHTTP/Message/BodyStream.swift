import NIOCore
import Synchronization

/// A body on its way: the connection feeds it, one reader takes from it.
final class BodyStream: Sendable {
    private struct State {
        var pieces = CircularBuffer<ByteBuffer>()
        var buffered = 0
        var end: Result<Void, any Error>?
        var reader: CheckedContinuation<ByteBuffer?, any Error>?
    }

    /// The declared length in bytes.
    let length: Int?
    private let wanted: @Sendable () -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - length: the declared length
    ///   - wanted: called on any thread when a reader waits for more
    init(length: Int?, wanted: @escaping @Sendable () -> Void) {
        self.length = length
        self.wanted = wanted
    }

    /// Bytes that nobody has taken yet.
    var buffered: Int { state.withLock { $0.buffered } }

    func feed(_ piece: ByteBuffer) {
        let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            if let reader = state.reader {
                state.reader = nil
                return reader
            }
            state.pieces.append(piece)
            state.buffered += piece.readableBytes
            return nil
        }
        reader?.resume(returning: piece)
    }

    /// Ends the body; a second end is ignored.
    func end(_ result: Result<Void, any Error>) {
        let reader = state.withLock { state -> CheckedContinuation<ByteBuffer?, any Error>? in
            guard state.end == nil else { return nil }
            state.end = result
            defer { state.reader = nil }
            return state.reader
        }
        switch result {
        case .success: reader?.resume(returning: nil)
        case .failure(let error): reader?.resume(throwing: error)
        }
    }

    /// The next piece, or nil at the end.
    func next() async throws -> ByteBuffer? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Result<ByteBuffer?, any Error>? in
                    if let piece = state.pieces.popFirst() {
                        state.buffered -= piece.readableBytes
                        return .success(piece)
                    }
                    if let end = state.end { return end.map { nil } }
                    guard state.reader == nil else { return .failure(BodyReadTwice()) }
                    state.reader = continuation
                    return nil
                }
                if let outcome {
                    continuation.resume(with: outcome)
                } else {
                    wanted()
                }
            }
        } onCancel: {
            end(.failure(CancellationError()))
        }
    }
}

/// Two readers at the same body: a mistake of the handler, answered with 500.
struct BodyReadTwice: Error {}
