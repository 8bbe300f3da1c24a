public import NIOCore

/// The body of a request: in memory when it came with the head, else a stream that is read as it arrives.
public struct RequestBody: Sendable, AsyncSequence {
    /// A piece of the body.
    public typealias Element = ByteBuffer

    enum Storage {
        case bytes(ByteBuffer)
        case stream(BodyStream)
    }

    let storage: Storage

    /// No body.
    public static var empty: RequestBody { RequestBody(bytes: ByteBuffer()) }

    /// Creates a body that is in memory.
    ///
    /// - Parameter bytes: the whole body
    public init(bytes: ByteBuffer) {
        storage = .bytes(bytes)
    }

    init(stream: BodyStream) {
        storage = .stream(stream)
    }

    /// The length in bytes when it is known before reading.
    public var length: Int? {
        switch storage {
        case .bytes(let bytes): bytes.readableBytes
        case .stream(let stream): stream.length
        }
    }

    /// Whether there is none.
    public var isEmpty: Bool { length == 0 }

    /// Reads the whole body.
    ///
    /// - Parameter limit: the most bytes to take
    /// - Returns: the body
    /// - Throws: ``HTTPError`` 413 when it is larger (before reading when its declared length says so), 408 when the
    ///   client sends too slowly, 400 when it is malformed; `CancellationError` when the client has gone.
    public func collect(upTo limit: Int) async throws -> ByteBuffer {
        if let length, length > limit { throw HTTPError.bodyTooLarge(limit: limit) }
        switch storage {
        case .bytes(let bytes):
            return bytes
        case .stream(let stream):
            var whole = ByteBuffer()
            while var piece = try await stream.next() {
                guard whole.readableBytes + piece.readableBytes <= limit else { throw HTTPError.bodyTooLarge(limit: limit) }
                whole.writeBuffer(&piece)
            }
            return whole
        }
    }

    /// Reads the body piece by piece. It can be read once, by one reader.
    public func makeAsyncIterator() -> Iterator {
        Iterator(storage: storage)
    }

    /// Reads the body piece by piece.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        private var storage: Storage?

        init(storage: Storage) {
            self.storage = storage
        }

        /// The next piece, or nil at the end; errors as for ``RequestBody/collect(upTo:)`` but for the size.
        public mutating func next() async throws -> ByteBuffer? {
            switch storage {
            case .none:
                return nil
            case .bytes(let bytes):
                storage = nil
                return bytes.readableBytes > 0 ? bytes : nil
            case .stream(let stream):
                return try await stream.next()
            }
        }
    }
}
