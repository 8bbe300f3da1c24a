import CHearth
import DequeModule
import HTTPTypes
import HearthHTTP
import HearthThreads
import NIOConcurrencyHelpers
import NIOCore

/// A WebSocket path of a plugin as the dispatcher calls it.
struct SocketPath: RouteHandler, @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let plugin: PluginInstance
    /// The path, for the log.
    let name: String
    /// On whose account its functions run.
    let label: WorkLabel
    let limits: WebSocketLimits
    let subprotocols: [String]
    let opened: hearth_socket_opened?
    let message: hearth_socket_message
    let closed: hearth_socket_closed?
    let user: UnsafeMutableRawPointer?

    func handle(_ request: RoutedRequest) async throws -> ServerResponse {
        ServerResponse(
            status: .switchingProtocols,
            body: .webSocket(
                WebSocketUpgrade(limits: limits, protocols: subprotocols) { socket in
                    let exchange = SocketExchange(request, path: self, socket: socket)
                    exchange.open()
                    return exchange
                }))
    }
}

/// A connection in the hands of a plugin: hands over opening, messages and end one after the other, on workers.
///
/// `@unchecked Sendable`: what changes is behind the lock; the plugin's pointer is touched by one call at a time.
final class SocketExchange: WebSocketReceiver, SessionHolder, @unchecked Sendable {
    private enum Step {
        case open
        case message(WebSocketMessage)
        case closed(WebSocketCloseCode)
    }

    private struct State {
        var steps: Deque<Step> = [.open]
        /// A step is being taken, or a message is pending.
        var isBusy = true
        /// The plugin has said that it takes the next message later.
        var isPending = false
        /// It asked for the next one while it was still being called.
        var askedForNext = false
        var isHeld = false
    }

    let path: SocketPath
    private let request: RoutedRequest
    private let socket: WebSocket
    private let state = NIOLockedValueBox(State())
    private let contextBox = NIOLockedValueBox<CallContext?>(nil)
    /// The plugin's own pointer.
    private var own: UnsafeMutableRawPointer?

    init(_ request: RoutedRequest, path: SocketPath, socket: WebSocket) {
        self.request = request
        self.path = path
        self.socket = socket
    }

    /// Opens the context and lets the plugin know.
    func open() {
        let context = CallContext(
            plugin: path.plugin, purpose: .socket(self), requestID: request.id, actor: request.actor,
            deadline: Deadline(uptimeNanoseconds: .max))
        contextBox.withLockedValue { $0 = context }
        path.plugin.services.contexts.open(context)
        if let actor = request.actor { path.plugin.services.sessions.add(self, actor) }
        path.plugin.services.workers.enqueue(path.label) { self.takeSteps() }
    }

    // MARK: From the network

    func received(_ message: WebSocketMessage) { add(.message(message)) }

    func closed(_ code: WebSocketCloseCode) {
        path.plugin.services.sessions.remove(self)
        contextBox.withLockedValue { $0 }?.cancel()
        add(.closed(code))
    }

    private func add(_ step: Step) {
        let begins = state.withLockedValue { state in
            state.steps.append(step)
            // What the client sends now waits on its side, until the plugin is done with what has come.
            if state.isBusy, !state.isHeld {
                state.isHeld = true
                socket.holdReading()
            }
            guard !state.isBusy else { return false }
            state.isBusy = true
            return true
        }
        if begins { path.plugin.services.workers.enqueue(path.label) { self.takeSteps() } }
    }

    // MARK: On a worker

    private func takeSteps() {
        while let step = nextStep() {
            switch take(step) {
            case 1: continue
            case 2 where isMessage(step): if !becomesPending() { continue } else { return }
            default:
                guard !isEnd(step) else { return }
                socket.close(.internalError, "")
            }
        }
    }

    private func nextStep() -> Step? {
        state.withLockedValue { state in
            if let step = state.steps.popFirst() { return step }
            state.isBusy = false
            if state.isHeld {
                state.isHeld = false
                socket.resumeReading()
            }
            return nil
        }
    }

    private func isMessage(_ step: Step) -> Bool { if case .message = step { true } else { false } }
    private func isEnd(_ step: Step) -> Bool { if case .closed = step { true } else { false } }

    /// - Returns: false when the next message was asked for during the call
    private func becomesPending() -> Bool {
        state.withLockedValue { state in
            if state.askedForNext {
                state.askedForNext = false
                return false
            }
            state.isPending = true
            return true
        }
    }

    private func take(_ step: Step) -> hearth_outcome {
        guard let context = contextBox.withLockedValue({ $0 }) else { return 0 }
        switch step {
        case .open: return callOpened(context)
        case .message(let message):
            state.withLockedValue { $0.askedForNext = false }
            let kind = message.kind == .text ? HEARTH_MESSAGE_TEXT : HEARTH_MESSAGE_BINARY
            return message.content.withUnsafeReadableBytes { bytes in
                path.message(
                    path.user, own, context.handle, UInt32(kind),
                    hearth_bytes(
                        data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count)))
            }
        case .closed(let code):
            path.closed?(path.user, own, context.handle, UInt32(code.rawValue))
            contextBox.withLockedValue { $0 = nil }
            path.plugin.services.contexts.close(context)
            path.plugin.services.finished(context)
            return 0
        }
    }

    private func callOpened(_ context: CallContext) -> hearth_outcome {
        guard let opened = path.opened else { return 1 }
        let (text, query) = (ForeignText(request.path), ForeignText(QueryText.withoutToken(request.queryText)))
        let subprotocol = ForeignText(socket.subprotocol ?? "")
        let values = request.pathValues.map { ForeignText($0) }
        return withExtendedLifetime((text, query, subprotocol, values)) {
            values.map(\.string).withUnsafeBufferPointer { values in
                var connection = hearth_connection(
                    size: UInt32(MemoryLayout<hearth_connection>.size), reserved: 0, context: context.handle,
                    actor: context.foreign.actor, path: text.string, query_text: query.string, path_values: values.baseAddress,
                    path_value_count: UInt64(values.count), subprotocol: subprotocol.string)
                return opened(path.user, &connection, &own)
            }
        }
    }

    // MARK: From the plugin

    /// Sends a message.
    func send(_ kind: WebSocketMessage.Kind, _ content: ByteBuffer, _ done: ForeignCompletion<hearth_done>?) -> hearth_status {
        let frames = WebSocketFrames(kind, content)
        guard let done else {
            socket.send(frames)
            return Status.ok
        }
        let (workers, label) = (path.plugin.services.workers, path.label)
        socket.send(frames) { isSent in
            workers.enqueue(label) {
                if isSent { return done.function(done.user, nil) }
                ForeignError(Status.cancelled, "the client has gone").lend { done.function(done.user, $0) }
            }
        }
        return Status.ok
    }

    /// Takes the next message.
    func next() -> hearth_status {
        let (status, begins) = state.withLockedValue { state -> (hearth_status, Bool) in
            guard state.isBusy else { return (Status.denied, false) }
            if state.isPending {
                state.isPending = false
                return (Status.ok, true)
            }
            guard !state.askedForNext else { return (Status.denied, false) }
            state.askedForNext = true
            return (Status.ok, false)
        }
        if begins { path.plugin.services.workers.enqueue(path.label) { self.takeSteps() } }
        return status
    }

    /// Closes the connection.
    func close(_ code: WebSocketCloseCode, _ reason: String) { socket.close(code, reason) }
}
