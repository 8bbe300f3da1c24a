import CHearth
import HearthJSON

/// A route as the host calls it: decodes the request, runs the handler as a task, answers.
final class Endpoint: Sendable {
    private let runtime: PluginRuntime
    private let serve: @Sendable (IncomingRequest, Context) async throws -> Void

    init(runtime: PluginRuntime, serve: @escaping @Sendable (IncomingRequest, Context) async throws -> Void) {
        self.runtime = runtime
        self.serve = serve
    }

    /// The handler as the C interface calls it.
    static let handler: hearth_handler = { user, request in
        guard let user, let request else { return HandlerOutcome.failed }
        Unmanaged<Endpoint>.fromOpaque(user).takeUnretainedValue().handle(request)
        return HandlerOutcome.pending
    }

    private func handle(_ pointer: UnsafePointer<hearth_request>) {
        let context = Context(handle: pointer.pointee.context, runtime: runtime)
        let request = IncomingRequest(pointer: pointer)
        context.serve {
            do {
                try await self.serve(request, context)
            } catch {
                self.fail(context, error)
            }
        }
    }

    /// Answers what a handler threw. Also when nobody waits any more: the host holds the request until it is completed.
    private func fail(_ context: Context, _ error: any Error) {
        var failure = Failure(answering: error)
        if failure.status >= 500, !(error is Failure), !error.isCancellation {
            context.log.error("A request failed", ["error": "\(error)"])
        }
        if !(400...599).contains(failure.status) {
            context.log.error("A handler threw a failure with an impossible status", ["failure": "\(failure)"])
            failure = Failure(500, "Internal server error")
        }
        guard let http = try? runtime.http else { return }
        // A refusal means that the request is over already, and there is nobody left to tell.
        _ = failure.detail.lending { detail in
            failure.errorsText.lending { http.pointee.fail(runtime.host, context.handle, UInt32(failure.status), detail, $0) }
        }
    }
}

extension Failure {
    /// What a client is told about an error that a handler threw. Only a ``Failure`` is written for clients.
    init(answering error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as HostError where error.kind == .timeout: self = Failure(504, "The request took too long")
        case let error as HostError
        where error.kind == .busy || error.kind == .unavailable || error.kind == .serialization:
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
