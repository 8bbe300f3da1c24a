import CHearth
import HearthJSON

/// HTTP requests to other servers: those that the operator has granted in `plugins.conf`, and no others.
///
/// ```swift
/// let answer = try await context.client.send(ClientRequest(.post, "https://api.example.com/notes", json: note))
/// guard answer.isSuccess else { throw Failure(502, "The notes are not available at the moment") }
/// ```
/// What fails for a moment is tried again if that does no harm; see `client.h`. Inside a transaction every call is refused.
public struct PluginClient: Sendable {
    let context: Context

    /// Sends a request and collects the response.
    ///
    /// - Throws: ``HostError``, of kind `denied` with code `destination` or `private_address` for what is not granted,
    ///   `unavailable`, `timeout`, `tooLarge`
    public func send(_ request: ClientRequest) async throws -> ClientResponse {
        if case .stream = request.body {
            return try await stream(request) { stream in
                var body: [UInt8] = []
                for try await piece in stream { body += piece }
                return ClientResponse(stream.head, body: body)
            }
        }
        let (runtime, table) = (context.runtime, try context.runtime.client)
        return try await ContinuationBox<ClientResponse>.waiting(for: "send") { box in
            request.lend { request in
                table.pointee.send(
                    runtime.host, context.handle, request,
                    { user, error, response in
                        ContinuationBox<ClientResponse>.resume(user, error, ClientResponse(response))
                    }, box)
            }
        }
    }

    /// Reads from a URL.
    public func get(_ url: String, headers: [(name: String, value: String)] = []) async throws -> ClientResponse {
        try await send(ClientRequest(.get, url, headers: headers))
    }

    /// Sends a request and reads the response piece by piece: what is not read stays in the network.
    ///
    /// - Parameter receive: reads it; the exchange is over when it returns
    /// - Returns: What `receive` returns.
    public func stream<R: Sendable>(
        _ request: ClientRequest, _ receive: @Sendable (ClientStream) async throws -> R
    ) async throws -> R {
        let exchange = try ClientOpening(context: context, request: request)
        defer { exchange.close() }
        guard case .stream(let produce) = request.body else {
            return try await receive(ClientStream(context: context, exchange: exchange.number, head: exchange.head()))
        }
        let upload = ClientUpload(context: context, exchange: exchange.number)
        async let isProduced: Void = self.produce(upload, to: produce)
        let stream = ClientStream(context: context, exchange: exchange.number, head: try await exchange.head())
        let result = try await receive(stream)
        exchange.close()
        try await isProduced
        return result
    }

    /// Sends the body; a server may answer before it has all of it, so that nobody takes the rest is no error.
    private func produce(
        _ upload: ClientUpload, to send: @Sendable (ClientUpload) async throws -> Void
    ) async throws {
        do {
            try await send(upload)
            try await upload.finish()
        } catch let error as HostError where error.kind == .cancelled || error.kind == .stale {
            return
        }
    }
}

/// The body of a request that is sent piece by piece.
public struct ClientUpload: Sendable {
    let context: Context
    let exchange: UInt64

    /// Sends a piece and waits until the network took it.
    ///
    /// - Throws: ``HostError`` of kind `cancelled` when nobody takes it any more
    public func send(_ bytes: [UInt8]) async throws { try await send(bytes, isLast: false) }

    func finish() async throws { try await send([], isLast: true) }

    private func send(_ bytes: [UInt8], isLast: Bool) async throws {
        let (runtime, table) = (context.runtime, try context.runtime.client)
        try await ContinuationBox<Void>.waiting(for: "write") { box in
            bytes.lending {
                table.pointee.write(
                    runtime.host, context.handle, exchange, $0, isLast ? 1 : 0,
                    { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
            }
        }
    }
}

/// A response that is read piece by piece, once.
public struct ClientStream: AsyncSequence, Sendable {
    let context: Context
    let exchange: UInt64
    /// Status and header fields.
    public let head: ClientResponse

    /// Reads it from its beginning.
    public func makeAsyncIterator() -> Iterator { Iterator(context: context, exchange: exchange) }

    /// Reads a response.
    public struct Iterator: AsyncIteratorProtocol {
        let context: Context
        let exchange: UInt64
        private var isOver = false

        init(context: Context, exchange: UInt64) {
            self.context = context
            self.exchange = exchange
        }

        /// The next piece; nil at the end.
        public mutating func next() async throws -> [UInt8]? {
            guard !isOver else { return nil }
            let (runtime, table) = (context.runtime, try context.runtime.client)
            let (context, exchange) = (context, exchange)
            let piece = try await ContinuationBox<[UInt8]?>.waiting(for: "read") { box in
                table.pointee.read(
                    runtime.host, context.handle, exchange,
                    { user, chunk, last, error in
                        ContinuationBox<[UInt8]?>.resume(user, error, last == 0 ? Array(chunk.buffer) : nil)
                    }, box)
            }
            isOver = piece == nil
            return piece
        }
    }
}

extension ClientResponse {
    init(_ head: ClientResponse, body: [UInt8]) {
        (status, headers, url, self.body) = (head.status, head.headers, head.url, body)
    }
}

extension Context {
    /// Requests to other servers.
    public var client: PluginClient { PluginClient(context: self) }
}
