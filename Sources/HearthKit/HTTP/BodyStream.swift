import CHearth

/// A body that is read piece by piece while it arrives; what is not asked for stays in the network.
///
/// ```swift
/// uploads.route(.put, "/files/\(name)", "Keep a file", body: BodyStream.self) { request in
///     for try await piece in request.body { … }
/// }
/// ```
/// It is read once, by one reader, and not after the answer.
public struct BodyStream: RequestBody, AsyncSequence {
    private let context: Context

    /// Bytes of any media type.
    public static var bodyFormat: BodyFormat<BodyStream> {
        BodyFormat(description: BodyDescription(), isStreamed: true, read: { _, context in BodyStream(context: context) })
    }

    /// Reads the body from its beginning.
    public func makeAsyncIterator() -> Iterator { Iterator(context: context) }

    /// Reads a body.
    public struct Iterator: AsyncIteratorProtocol {
        private let context: Context
        private var isOver = false

        init(context: Context) { self.context = context }

        /// The next piece; nil at the end.
        ///
        /// - Throws: ``Failure`` 413 when the body is larger than the route allows, 408 when the client is too slow, 400 when it
        ///   is malformed; ``HostError`` with ``HostError/Kind/cancelled`` when the client has gone.
        public mutating func next() async throws -> [UInt8]? {
            while !isOver {
                let piece = try await read()
                isOver = piece.isLast
                if !piece.bytes.isEmpty { return piece.bytes }
            }
            return nil
        }

        private struct Piece {
            let bytes: [UInt8]
            let isLast: Bool
        }

        private func read() async throws -> Piece {
            let http = try context.runtime.http
            do {
                return try await ContinuationBox<Piece>.waiting(for: "read_body") { box in
                    http.pointee.read_body(
                        context.runtime.host, context.handle,
                        { user, chunk, last, error in
                            ContinuationBox<Piece>.resume(user, error, Piece(bytes: Array(chunk.buffer), isLast: last != 0))
                        }, box)
                }
            } catch let error as HostError where !error.isRefusal {
                throw error.ofBody
            }
        }
    }
}

extension HostError {
    /// What a client is told when his body cannot be read to its end.
    fileprivate var ofBody: any Error {
        switch kind {
        case .tooLarge: Failure(413, message)
        case .timeout: Failure(408, message)
        case .invalid: Failure(400, message)
        default: self
        }
    }
}
