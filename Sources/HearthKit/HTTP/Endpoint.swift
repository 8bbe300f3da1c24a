import CHearth
import HearthJSON

/// A route as the host calls it: decodes the request, runs the handler as a task, answers.
final class Endpoint: Sendable {
    private let runtime: PluginRuntime
    private let pathNames: [String]
    private let serve: @Sendable (RawRequest, Context) async throws -> Void

    init(runtime: PluginRuntime, pathNames: [String], serve: @escaping @Sendable (RawRequest, Context) async throws -> Void) {
        self.runtime = runtime
        self.pathNames = pathNames
        self.serve = serve
    }

    /// The handler as the C interface calls it.
    static let handler: hearth_handler = { user, request in
        guard let user, let request else { return 0 }
        Unmanaged<Endpoint>.fromOpaque(user).takeUnretainedValue().handle(request)
        // Also when the task has answered already: it may have finished on another thread just now.
        return 2
    }

    private func handle(_ pointer: UnsafePointer<hearth_request>) {
        let request = RawRequest(pointer: pointer, runtime: runtime, pathNames: pathNames)
        let context = Context(handle: pointer.pointee.context, runtime: runtime)
        let cancellation = TaskCancellation()
        // Starts on the calling worker, so a handler that never waits costs no change of thread.
        let task = Task.immediate {
            do {
                try await self.serve(request, context)
            } catch {
                self.fail(request, context, error)
            }
            cancellation.finish()
        }
        cancellation.watch(context, task)
    }

    private func fail(_ request: RawRequest, _ context: Context, _ error: any Error) {
        let failure = Failure(answering: error)
        if failure.status >= 500, !(error is Failure) {
            context.log.error("A request failed", ["error": "\(error)"])
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
        case is DecodingFailure: self = Failure(422, "Invalid request")
        default: self = Failure(500, "Internal server error")
        }
    }
}
