import CHearth
import Synchronization

/// A WebSocket path as the host calls it.
final class SocketEndpoint: Sendable {
    private let runtime: PluginRuntime
    private let names: [String]
    private let serve: @Sendable (Socket) async throws -> Void

    init(runtime: PluginRuntime, names: [String], serve: @escaping @Sendable (Socket) async throws -> Void) {
        self.runtime = runtime
        self.names = names
        self.serve = serve
    }

    /// A connection is open: its session belongs to the host until `closed`.
    static func opened(
        _ user: UnsafeMutableRawPointer?, _ connection: UnsafePointer<hearth_connection>?,
        _ own: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> hearth_outcome {
        guard let user, let connection, let own else { return HandlerOutcome.failed }
        let endpoint = Unmanaged<SocketEndpoint>.fromOpaque(user).takeUnretainedValue()
        let session = SocketSession(connection.pointee, runtime: endpoint.runtime, names: endpoint.names)
        own.pointee = Unmanaged.passRetained(session).toOpaque()
        session.begin(endpoint.serve)
        return HandlerOutcome.done
    }
}

/// A connection with the task that serves it. The host hands over a message and hands over the next one when it is asked to.
final class SocketSession: Sendable {
    let context: Context
    let actor: ContextInfo.Actor?
    let subprotocol: String?
    let query: String
    let pathValues: PathValues

    private struct State {
        /// A message that has come and was not taken yet.
        var message: SocketMessage?
        /// The host waits to be asked for the next one.
        var isPending = false
        var isOver = false
        var reader: UnsafeContinuation<SocketMessage?, Never>?
    }

    private let state = Mutex(State())

    init(_ connection: hearth_connection, runtime: PluginRuntime, names: [String]) {
        context = Context(handle: connection.context, runtime: runtime)
        actor = connection.actor.map { ContextInfo.Actor($0) }
        subprotocol = connection.subprotocol.length > 0 ? String(connection.subprotocol) : nil
        query = String(connection.query_text)
        let texts = (0..<Int(connection.path_value_count)).compactMap { index in
            connection.path_values.map { String($0[index]) }
        }
        pathValues = PathValues(names: names, texts: texts)
    }

    /// Starts the task that serves the connection.
    func begin(_ serve: @escaping @Sendable (Socket) async throws -> Void) {
        context.serve {
            do {
                try await serve(Socket(session: self))
                try? Socket(session: self).close()
            } catch let failure as Failure where failure.status < 500 {
                try? Socket(session: self).close(1008, failure.detail)
            } catch {
                if !(error is CancellationError), !Task.isCancelled, !Self.isFarewell(error) {
                    self.context.log.error("A connection failed", ["error": "\(error)"])
                }
                try? Socket(session: self).close(1011)
            }
            self.end()
        }
    }

    /// Whether an error only says that the client has gone.
    private static func isFarewell(_ error: any Error) -> Bool {
        guard let error = error as? HostError else { return false }
        return error.kind == .cancelled || error.kind == .stale
    }

    /// A message has come.
    static func received(
        _ own: UnsafeMutableRawPointer?, _ kind: hearth_message_kind, _ content: hearth_bytes
    ) -> hearth_outcome {
        guard let own else { return HandlerOutcome.failed }
        return Unmanaged<SocketSession>.fromOpaque(own).takeUnretainedValue()
            .received(SocketMessage(bytes: Array(content.buffer), isText: kind == SocketMessage.Kind.text.rawValue))
    }

    private func received(_ message: SocketMessage) -> hearth_outcome {
        let (outcome, reader) = state.withLock { state -> (hearth_outcome, UnsafeContinuation<SocketMessage?, Never>?) in
            // Nobody reads any more: what still comes is not looked at.
            guard !state.isOver else { return (HandlerOutcome.done, nil) }
            state.isPending = true
            if let reader = state.reader {
                state.reader = nil
                return (HandlerOutcome.pending, reader)
            }
            state.message = message
            return (HandlerOutcome.pending, nil)
        }
        if let reader { WorkerExecutor.here { reader.resume(returning: message) } }
        return outcome
    }

    /// The connection is over.
    static func closed(_ own: UnsafeMutableRawPointer?) {
        guard let own else { return }
        Unmanaged<SocketSession>.fromOpaque(own).takeRetainedValue().end()
    }

    /// The next message; nil at the end. The one before is done with.
    func next() async -> SocketMessage? {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let (message, asks) = state.withLock { state -> (SocketMessage??, Bool) in
                    if let message = state.message {
                        state.message = nil
                        return (.some(message), false)
                    }
                    guard !state.isOver else { return (.some(nil), false) }
                    state.reader = continuation
                    defer { state.isPending = false }
                    return (nil, state.isPending)
                }
                if let message { continuation.resume(returning: message) }
                if asks { askForNext() }
            }
        } onCancel: {
            end()
        }
    }

    /// Reads nothing any more.
    private func end() {
        let (reader, asks) = state.withLock { state -> (UnsafeContinuation<SocketMessage?, Never>?, Bool) in
            state.isOver = true
            defer {
                state.reader = nil
                state.isPending = false
                state.message = nil
            }
            return (state.reader, state.isPending)
        }
        reader?.resume(returning: nil)
        if asks { askForNext() }
    }

    private func askForNext() {
        guard let table = try? context.runtime.sockets else { return }
        _ = table.pointee.next(context.runtime.host, context.handle)
    }
}
