import CHearth
import HearthJSON

/// A route as the host calls it: decodes the request, runs the handler as a task, answers.
final class Endpoint: HostCallable {
    private let runtime: PluginRuntime
    private let isBlocking: Bool
    private let serve: @Sendable (IncomingRequest, Context) async throws -> Void

    /// - Parameters:
    ///   - runtime: The plugin's connection to the host.
    ///   - isBlocking: Whether the host calls it on a thread that may block.
    ///   - serve: Answers a request.
    init(
        runtime: PluginRuntime, isBlocking: Bool, serve: @escaping @Sendable (IncomingRequest, Context) async throws -> Void
    ) {
        self.runtime = runtime
        self.isBlocking = isBlocking
        self.serve = serve
    }

    func handle(_ pointer: UnsafePointer<hearth_request>) {
        let context = Context(handle: pointer.pointee.context, runtime: runtime)
        let request = IncomingRequest(pointer: pointer)
        if isBlocking {
            context.runHere { await self.answer(request, context) }
        } else {
            context.serve { await self.answer(request, context) }
        }
    }

    private func answer(_ request: IncomingRequest, _ context: Context) async {
        do {
            try await serve(request, context)
        } catch {
            fail(context, error)
        }
    }

    /// Answers what a handler threw. Also when nobody waits any more: the host holds the request until it is completed.
    private func fail(_ context: Context, _ error: any Error) {
        var failure = Failure(answering: error)
        if failure.status >= 500, !(error is Failure), !error.isCancellation {
            // What is too much or away for a while is no fault of this plugin.
            if failure.status == 500 {
                context.log.error("A request failed", ["error": "\(error)"])
            } else {
                context.log.warning("A request failed", ["error": "\(error)"])
            }
        }
        if !(400...599).contains(failure.status) {
            context.log.error("A handler threw a failure with an impossible status", ["failure": "\(failure)"])
            failure = Failure(500, "Internal server error")
        }
        guard let http = try? runtime.http else { return }
        // A refusal means that the request is over already, and there is nobody left to tell.
        _ = failure.detail.lending(with: failure.errorsText) { detail, errors in
            http.pointee.fail(runtime.host, context.handle, UInt32(failure.status), detail, errors)
        }
    }
}

extension Failure {
    /// What a client is told about an error that a handler threw. Only a ``Failure`` is written for clients.
    init(answering error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as HostError where error.kind == .timeout: self = Failure(504, "The request took too long")
        case let error as HostError where error.code == HostError.uncertain:
            self = Failure(504, "It is unknown whether the request took effect")
        case let error as HostError
        where error.kind == .busy || error.kind == .unavailable || error.kind == .serialization
            || error.kind == .rolledBack:
            self = Failure(503, "Temporarily overloaded, try again")
        case _ where error.isCancellation: self = Failure(503, "The request was cancelled")
        case let error as RequestMismatch:
            self = .invalid(Problem(at: error.location, "Input should be \(error.expected)"))
        default: self = Failure(500, "Internal server error")
        }
    }
}

extension Error {
    /// Whether the work ended because nobody waits for it any more.
    var isCancellation: Bool { self is CancellationError || (self as? HostError)?.kind == .cancelled }
}
