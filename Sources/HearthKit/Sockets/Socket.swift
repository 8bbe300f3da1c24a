import CHearth
import HearthJSON

/// A WebSocket connection to one of the plugin's paths.
///
/// Messages come one at a time: the next one is read when the last one is done with, so that a client cannot send faster than
/// it is served.
public struct Socket: Sendable {
    let session: SocketSession

    /// For calls on behalf of the connection; it has no deadline, and is over when the client has gone.
    public var context: Context { session.context }
    /// Who has connected; nil for nobody.
    public var actor: ContextInfo.Actor? { session.actor }
    /// The sub-protocol that was agreed upon; nil for none.
    public var subprotocol: String? { session.subprotocol }
    /// The query of the URL, as sent; without the token.
    public var query: String { session.query }

    /// The value of a parameter of the path.
    ///
    /// - Throws: ``Failure`` 422 when it is not of the type.
    public subscript<Value>(parameter: PathParameter<Value>) -> Value {
        get throws(Failure) { try session.pathValues[parameter] }
    }

    /// What the client sends, until it has gone. To be read by one task.
    public var messages: SocketMessages { SocketMessages(session: session) }

    /// Sends a text and waits until the network took it.
    ///
    /// - Throws: ``HostError`` of kind ``HostError/Kind/cancelled`` or ``HostError/Kind/stale`` when the client has gone.
    public func send(_ text: String) async throws { try await send(SocketMessage.Kind.text, Array(text.utf8)) }

    /// Sends bytes and waits until the network took them; throws as for text.
    public func send(_ bytes: [UInt8]) async throws { try await send(.binary, bytes) }

    private func send(_ kind: SocketMessage.Kind, _ bytes: [UInt8]) async throws {
        let table = try context.runtime.sockets
        try await ContinuationBox<Void>.waiting(for: "send") { box in
            bytes.lending {
                table.pointee.send(
                    context.runtime.host, context.handle, kind.rawValue, $0,
                    { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
            }
        }
    }

    /// Closes the connection after what is being sent; when the handler returns, that is done with 1000.
    ///
    /// - Parameters:
    ///   - code: 1000, 1001, 1008, 1011 or 3000 to 4999.
    ///   - reason: For people; what is beyond 123 bytes is cut.
    public func close(_ code: Int = 1000, _ reason: String = "") throws {
        let table = try context.runtime.sockets
        var reason = reason
        while reason.utf8.count > 123 { reason.removeLast() }
        let status = reason.lending {
            table.pointee.close(context.runtime.host, context.handle, UInt32(clamping: code), $0)
        }
        // Gone already is as good as closed.
        if status != HearthStatus.stale.rawValue { try HostError.check(status, "close") }
    }
}

/// A message of a client.
public struct SocketMessage: Sendable, Equatable {
    enum Kind: hearth_message_kind {
        case text = 1
        case binary = 2
    }

    /// The content.
    public let bytes: [UInt8]
    /// Whether it was sent as text.
    public let isText: Bool
    /// The content as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The messages of a client, in order.
public struct SocketMessages: AsyncSequence, Sendable {
    let session: SocketSession

    /// Reads the messages.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let session: SocketSession

        /// The next message; nil when the client has gone.
        public mutating func next() async -> SocketMessage? { await session.next() }
    }

    /// Begins to read.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(session: session) }
}

extension Setup {
    /// Serves a path over WebSocket.
    ///
    /// ```swift
    /// setup.socket("/builds/live") { socket in
    ///     for await message in socket.messages { try await socket.send("you said \(message.text)") }
    /// }
    /// ```
    /// - Parameters:
    ///   - path: Below `/api`.
    ///   - summary: One sentence for the documentation.
    ///   - tag: Under which heading it stands there.
    ///   - access: Who may connect.
    ///   - protocols: The sub-protocols that are spoken, the best first.
    ///   - messageLimit: Bytes of a message, at most 16 MiB; nil for 64 KiB.
    ///   - queueLimit: Bytes that may wait for a client that does not read; nil for 256 KiB.
    ///   - serve: Serves a connection from its beginning to its end. When it returns the connection is closed with 1000; when it
    ///     throws, with 1008 and the sentence of a ``Failure``, or with 1011. Its task is cancelled when the client has gone.
    public func socket(
        _ path: RoutePath, _ summary: String, tag: String = "sockets", access: Access = .user, protocols: [String] = [],
        messageLimit: Int? = nil, queueLimit: Int? = nil, serve: @escaping @Sendable (Socket) async throws -> Void
    ) {
        let endpoint = { @Sendable (runtime: PluginRuntime) in
            SocketEndpoint(runtime: runtime, names: path.parameters.map(\.name), serve: serve)
        }
        let operation = Operation(
            path: path, summary: summary, tag: tag, status: 101, options: RouteOptions(), query: nil, body: nil, result: nil)
        register { registrar in
            let table = try registrar.runtime.sockets
            var text = ForeignText()
            let (pathText, operationText) = (text.append(path.text), text.append(operation.json.text))
            let names = protocols.map { text.append($0) }
            let status = text.withBase { base in
                names.map { ForeignText.string(at: $0, base) }.withUnsafeBufferPointer { names in
                    var declared = hearth_socket_path()
                    declared.size = UInt32(MemoryLayout<hearth_socket_path>.size)
                    declared.access = access.rawValue
                    declared.path = ForeignText.string(at: pathText, base)
                    declared.operation = ForeignText.string(at: operationText, base)
                    declared.subprotocols = names.baseAddress
                    declared.subprotocol_count = UInt64(names.count)
                    declared.message_limit = UInt64(clamping: messageLimit ?? 0)
                    declared.queue_limit = UInt64(clamping: queueLimit ?? 0)
                    declared.opened = { SocketEndpoint.opened($0, $1, $2) }
                    declared.message = { SocketSession.received($1, $3, $4) }
                    declared.closed = { _, own, _, _ in SocketSession.closed(own) }
                    declared.user = registrar.keep(endpoint(registrar.runtime))
                    return table.pointee.add_path(registrar.runtime.host, &declared)
                }
            }
            try HostError.check(status, "add_path \(path.text)")
        }
    }
}
