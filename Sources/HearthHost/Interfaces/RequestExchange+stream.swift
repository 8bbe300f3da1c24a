import CHearth
import HTTPTypes
import HearthHTTP
import NIOConcurrencyHelpers
import NIOCore

extension RequestExchange {
    /// The open end of an answer that is sent piece by piece.
    var stream: StreamedAnswer? {
        state.withLockedValue { if case .streaming(let stream) = $0.progress { stream } else { nil } }
    }

    /// Begins an answer that is sent piece by piece: the transport gets its head now.
    func openStream(_ answer: ServerResponse) -> hearth_status {
        let stream = StreamedAnswer(plugin: route.plugin, label: route.label)
        var answer = answer
        let first: ByteBuffer? = if case .bytes(let bytes) = answer.body { bytes } else { nil }
        let audience = StreamAudience(stream: stream, context: context)
        answer.body = .stream(length: nil) { out in
            try await withTaskCancellationHandler {
                if let first { try await out.write(first) }
                try await stream.send(to: out)
            } onCancel: {
                audience.leave()
            }
        }
        let (status, continuation) = state.withLockedValue {
            state -> (hearth_status, UnsafeContinuation<ServerResponse, any Error>?) in
            switch state.progress {
            case .waiting(let continuation):
                state.progress = .streaming(stream)
                return (Status.ok, continuation)
            case .givenUp(.timeout): return (Status.timeout, nil)
            case .givenUp(.disconnect): return (Status.cancelled, nil)
            case .open, .answered, .delivered, .streaming: return (Status.denied, nil)
            }
        }
        if status == Status.timeout || status == Status.cancelled { return complete(.failure(CancellationError())) }
        if status == Status.ok { context?.liftDeadline() }
        WorkLabel.with(.host) { continuation?.resume(returning: answer) }
        return status
    }

    /// Ends it; the plugin lets go of the request.
    func closeStream() -> hearth_status {
        guard let stream, let context else { return Status.denied }
        guard letGo(of: context) else { return route.plugin.reportStale("close_stream") }
        stream.close()
        route.plugin.services.finished(context)
        return Status.ok
    }
}

/// Who listens to a streamed answer: gone when the client disconnects, and when the transport drops the body, sent or not
/// (to a HEAD request it never is).
private final class StreamAudience: Sendable {
    private let stream: StreamedAnswer
    private let context: CallContext?

    init(stream: StreamedAnswer, context: CallContext?) {
        self.stream = stream
        self.context = context
    }

    deinit { leave() }

    func leave() {
        stream.clientGone()
        context?.cancel()
    }
}
