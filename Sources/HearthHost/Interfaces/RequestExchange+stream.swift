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
        let stream = StreamedAnswer(plugin: route.plugin)
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

/// Reads a streamed body for a plugin: piece by piece, each handed over on a worker.
final class BodyReader: Sendable {
    private let exchange: RequestExchange
    private let chunk: ForeignCompletion<hearth_chunk>

    init(exchange: RequestExchange, chunk: ForeignCompletion<hearth_chunk>) {
        self.exchange = exchange
        self.chunk = chunk
    }

    func start(_ body: RequestBody, limit: Int) {
        Task {
            do {
                var length = 0
                for try await piece in body {
                    length += piece.readableBytes
                    guard length <= limit else { throw HTTPError.bodyTooLarge(limit: limit) }
                    await deliver(piece, isLast: false, nil)
                }
                await deliver(ByteBuffer(), isLast: true, nil)
            } catch let error as HTTPError {
                let status = error.status == .contentTooLarge ? Status.tooLarge : Status.invalid
                await deliver(ByteBuffer(), isLast: true, ForeignError(status, error.detail))
            } catch {
                await deliver(ByteBuffer(), isLast: true, ForeignError(Status.cancelled, "the body ended early"))
            }
        }
    }

    private func deliver(_ piece: ByteBuffer, isLast: Bool, _ error: ForeignError?) async {
        let plugin = exchange.route.plugin
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            plugin.services.workers.enqueue(plugin.label) { [chunk] in
                piece.withUnsafeReadableBytes { bytes in
                    let data = hearth_bytes(
                        data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), length: UInt64(bytes.count))
                    if let error {
                        error.lend { chunk.function(chunk.user, data, 1, $0) }
                    } else {
                        chunk.function(chunk.user, data, isLast ? 1 : 0, nil)
                    }
                }
                continuation.resume()
            }
        }
    }
}
