import CHearth
import HTTPTypes
import HearthDatabase
import HearthHTTP
import Logging
import NIOConcurrencyHelpers
import NIOCore

/// A request in the hands of a plugin: from the call of its handler to the moment when the plugin lets go of it.
///
/// The client may be answered earlier, at the deadline or when it went away; the memory stays until the plugin is done.
///
/// `@unchecked Sendable`: what changes is behind the lock; the request's memory is constant once the handler is called.
final class RequestExchange: @unchecked Sendable {
    /// Why the host stopped waiting.
    enum Reason {
        case timeout
        case disconnect
    }

    enum Progress {
        /// The handler runs or has promised to answer; nobody waits yet.
        case open
        /// The transport waits.
        case waiting(UnsafeContinuation<ServerResponse, any Error>)
        /// An answer is there, and nobody has fetched it yet.
        case answered(Result<ServerResponse, any Error>)
        /// The transport has its answer.
        case delivered
        /// The host has stopped waiting; the plugin has not let go yet.
        case givenUp(Reason)
        /// The plugin sends an answer piece by piece.
        case streaming(StreamedAnswer)
    }

    struct State {
        var progress = Progress.open
        /// Memory reserved for the body of the answer.
        var reserved: ByteBuffer?
        /// Values of header fields that the plugin has asked for.
        var headerTexts: [String: ForeignText] = [:]
    }

    let request: RoutedRequest
    let route: PluginRoute
    let state = NIOLockedValueBox(State())
    /// The context, until the plugin lets go of it: the two hold each other for as long as it is open.
    private let contextBox = NIOLockedValueBox<CallContext?>(nil)
    var context: CallContext? { contextBox.withLockedValue { $0 } }
    private let memory: RequestMemory
    /// Reads the body for the plugin; nil when the host has collected it.
    let body: BodyReader?

    init(_ request: RoutedRequest, route: PluginRoute) {
        self.request = request
        self.route = route
        body = if case .stream(let body, let limit) = request.body { BodyReader(body, limit: limit) } else { nil }
        memory = RequestMemory(request)
    }

    /// Hands the request to the plugin and waits for the answer.
    func run() async throws -> ServerResponse {
        let plugin = route.plugin
        let context = CallContext(
            plugin: plugin, purpose: .request(self), requestID: request.id, actor: request.actor, deadline: request.deadline)
        contextBox.withLockedValue { $0 = context }
        plugin.services.contexts.open(context)
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let isGivenUp = state.withLockedValue { state in
                    // The client may have gone already; nobody has been told of the request then.
                    if case .givenUp = state.progress { return true }
                    state.progress = .waiting(continuation)
                    return false
                }
                guard !isGivenUp else {
                    _ = letGo(of: context)
                    return continuation.resume(throwing: CancellationError())
                }
                start()
            }
        } onCancel: {
            giveUp(.disconnect)
            context.cancel()
        }
    }

    /// Lets a thread of the right pool call the handler.
    private func start() {
        let pointer = Unmanaged.passRetained(self).toOpaque()
        let services = route.plugin.services
        guard route.isBlocking else { return services.workers.enqueueWithTurn(route.label, pointer, Self.call) }
        if !services.blocking.enqueue(route.label, pointer, Self.call) {
            Unmanaged<RequestExchange>.fromOpaque(pointer).release()
            complete(.failure(HTTPError.unavailable("Too many slow requests at the moment", retryAfter: 1)))
        }
    }

    private static let call: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
        guard let pointer else { return }
        Unmanaged<RequestExchange>.fromOpaque(pointer).takeRetainedValue().callHandler()
    }

    private func callHandler() {
        guard let context else { return }
        let outcome = memory.lend(context: context.handle, actor: context.foreign.actor, requestID: context.foreign.requestID) {
            route.handle(route.user, $0)
        }
        switch outcome {
        case 2: break  // Pending: answered later, or just now on another thread.
        case 1:
            // Done: if it was not answered, nobody will.
            if route.plugin.services.contexts[context.handle] != nil, !isStreaming {
                abandon("said that it had answered, and had not")
            }
        default:
            if route.plugin.services.contexts[context.handle] != nil, !isStreaming { abandon("failed") }
        }
    }

    private var isStreaming: Bool {
        state.withLockedValue { if case .streaming = $0.progress { true } else { false } }
    }

    /// The handler has ended without an answer.
    private func abandon(_ what: String) {
        route.plugin.logger.error(
            "A handler \(what)", metadata: ["route": "\(route.name)", "request_id": "\(request.id)"])
        complete(.failure(HTTPError(.internalServerError, "Internal server error")))
    }

    // MARK: Completion

    /// Takes the answer: the plugin lets go of the request.
    ///
    /// - Returns: `HEARTH_OK`, or why the answer was dropped
    @discardableResult
    func complete(_ result: Result<ServerResponse, any Error>) -> hearth_status {
        guard let context else { return Status.stale }
        // Whoever closes the context is the one who completes the request.
        guard letGo(of: context) else { return route.plugin.reportStale("respond") }
        let (status, continuation) = state.withLockedValue {
            state -> (hearth_status, UnsafeContinuation<ServerResponse, any Error>?) in
            switch state.progress {
            case .waiting(let continuation):
                state.progress = .delivered
                return (Status.ok, continuation)
            case .open:
                state.progress = .answered(result)
                return (Status.ok, nil)
            case .givenUp(.timeout): return (Status.timeout, nil)
            case .givenUp(.disconnect): return (Status.cancelled, nil)
            case .answered, .delivered, .streaming: return (Status.stale, nil)
            }
        }
        route.plugin.services.finished(context)
        // The transport goes on with it, not on the plugin's account.
        if let continuation { Worker.deliver { WorkLabel.with(.host) { continuation.resume(with: result) } } }
        return status
    }

    /// Closes the context.
    ///
    /// - Returns: false when it was closed before
    func letGo(of context: CallContext) -> Bool {
        contextBox.withLockedValue { $0 = nil }
        return route.plugin.services.contexts.close(context)
    }

    /// The host stops waiting: at the deadline, or because the client has gone.
    ///
    /// - Returns: false when nobody waits: an answer is there, or on its way piece by piece
    @discardableResult
    func giveUp(_ reason: Reason) -> Bool {
        let (isGivenUp, continuation, stream) = state.withLockedValue {
            state -> (Bool, UnsafeContinuation<ServerResponse, any Error>?, StreamedAnswer?) in
            switch state.progress {
            case .waiting(let continuation):
                state.progress = .givenUp(reason)
                return (true, continuation, nil)
            case .open:
                state.progress = .givenUp(reason)
                return (true, nil, nil)
            case .streaming(let stream) where reason == .disconnect: return (true, nil, stream)
            case .givenUp: return (true, nil, nil)
            case .answered, .delivered, .streaming: return (false, nil, nil)
            }
        }
        stream?.clientGone()
        guard let continuation else { return isGivenUp }
        if case .timeout = reason {
            route.plugin.logger.warning(
                "A handler missed its deadline", metadata: ["route": "\(route.name)", "request_id": "\(request.id)"])
            continuation.resume(throwing: HTTPError(.gatewayTimeout, "The request took too long"))
        } else {
            continuation.resume(throwing: CancellationError())
        }
        return isGivenUp
    }
}

/// A route of a plugin as the dispatcher calls it.
struct PluginRoute: RouteHandler, @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let plugin: PluginInstance
    /// Method and path, for the log.
    let name: String
    /// On whose account its handler runs.
    let label: WorkLabel
    let handle: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<hearth_request>?) -> hearth_outcome
    let user: UnsafeMutableRawPointer?
    let isBlocking: Bool
    let hasStreamedBody: Bool

    func handle(_ request: RoutedRequest) async throws -> ServerResponse {
        try await RequestExchange(request, route: self).run()
    }
}
