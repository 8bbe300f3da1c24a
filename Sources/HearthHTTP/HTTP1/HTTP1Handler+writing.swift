import HTTPTypes
import Logging
import NIOCore

extension HTTP1Handler {
    /// Bodies above this many bytes are sent in pieces, so that each piece has its own time-out.
    private static let largestWrite = 256 * 1024

    /// Sends an answer. Called in the task that serves the request; the connection is touched on its event loop only.
    static func send(
        _ answer: PreparedAnswer, _ number: Int, through handler: NIOLoopBound<HTTP1Handler>, on eventLoop: any EventLoop,
        by answerer: Answerer
    ) async {
        switch answer.body {
        case .none:
            onLoop(eventLoop) { handler.value.finish(answer, number) }
        case .bytes(let bytes) where bytes.readableBytes <= largestWrite:
            onLoop(eventLoop) { handler.value.finish(answer, number) }
        default:
            await sendPieces(answer, number, through: handler, on: eventLoop, by: answerer)
        }
    }

    private static func onLoop(_ eventLoop: any EventLoop, _ body: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop {
            body()
        } else {
            eventLoop.execute(body)
        }
    }

    private static func sendPieces(
        _ answer: PreparedAnswer, _ number: Int, through handler: NIOLoopBound<HTTP1Handler>, on eventLoop: any EventLoop,
        by answerer: Answerer
    ) async {
        let stream = ResponseStream { piece in
            try await eventLoop.flatSubmit { handler.value.write(piece, number) }.get()
        }
        do {
            try await eventLoop.submit { try handler.value.begin(answer, number) }.get()
            switch answer.body {
            case .none: break
            case .bytes(var bytes):
                while let piece = bytes.readSlice(length: min(largestWrite, bytes.readableBytes)), piece.readableBytes > 0 {
                    try await stream.write(piece)
                }
            case .stream(let write): try await write(stream)
            case .content(let content, let offset, let length):
                try await answerer.send(content, offset: offset, length: length, to: stream)
            }
            onLoop(eventLoop) { handler.value.endStream(number) }
        } catch {
            onLoop(eventLoop) { handler.value.breakOff(number, error) }
        }
    }

    /// Whether another request can follow.
    private var mayContinue: Bool {
        !isQuiescing && !(inputIsClosed && input.readableBytes == 0)
    }

    /// Writes a whole answer at once.
    func finish(_ answer: PreparedAnswer, _ number: Int) {
        guard let context, var exchange, exchange.number == number, phase == .serving else { return }
        let keepsAlive = exchange.canReuse && mayContinue
        var bytes: ByteBuffer?
        if case .bytes(let body) = answer.body { bytes = body }
        var output = head(answer, exchange, keepsAlive: keepsAlive, room: bytes?.readableBytes ?? 0)
        exchange.sent = bytes?.readableBytes ?? 0
        exchange.status = answer.status.code
        exchange.isAnswering = true
        self.exchange = exchange
        if var bytes { output.writeBuffer(&bytes) }
        context.write(wrapOutboundOut(output), promise: nil)
        complete(keepsAlive: keepsAlive)
    }

    /// Writes the head of an answer whose body follows in pieces.
    private func begin(_ answer: PreparedAnswer, _ number: Int) throws {
        guard let context, var exchange, exchange.number == number, phase == .serving else { throw CancellationError() }
        // Without a length HTTP/1.0 knows only the end of the connection.
        exchange.isChunked = answer.length == nil && exchange.request.version == .http1_1
        exchange.keepsAlive = exchange.canReuse && mayContinue && (answer.length != nil || exchange.isChunked)
        exchange.status = answer.status.code
        exchange.isAnswering = true
        exchange.promised = answer.length
        self.exchange = exchange
        let output = head(answer, exchange, keepsAlive: exchange.keepsAlive, room: 0)
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }

    private func write(_ piece: ByteBuffer, _ number: Int) -> EventLoopFuture<Void> {
        guard let context, var exchange, exchange.number == number, phase == .serving else {
            return eventLoop.makeFailedFuture(CancellationError())
        }
        exchange.sent += piece.readableBytes
        self.exchange = exchange
        if let promised = exchange.promised, exchange.sent > promised {
            return eventLoop.makeFailedFuture(StreamLengthWrong())
        }
        if exchange.isChunked {
            var size = context.channel.allocator.buffer(capacity: 16)
            size.writeString(String(piece.readableBytes, radix: 16))
            size.writeStaticString("\r\n")
            context.write(wrapOutboundOut(size), promise: nil)
            context.write(wrapOutboundOut(piece), promise: nil)
            context.write(wrapOutboundOut(ByteBuffer(staticString: "\r\n")), promise: nil)
        } else {
            context.write(wrapOutboundOut(piece), promise: nil)
        }
        context.flush()
        if context.channel.isWritable { return context.eventLoop.makeSucceededVoidFuture() }
        arm(timeouts.write)
        let promise = drained ?? context.eventLoop.makePromise(of: Void.self)
        drained = promise
        return promise.futureResult
    }

    private func endStream(_ number: Int) {
        guard let context, let exchange, exchange.number == number, phase == .serving else { return }
        if let promised = exchange.promised, exchange.sent != promised { return breakOff(number, StreamLengthWrong()) }
        if exchange.isChunked { context.write(wrapOutboundOut(ByteBuffer(staticString: "0\r\n\r\n")), promise: nil) }
        complete(keepsAlive: exchange.keepsAlive && mayContinue)
    }

    /// An answer that has begun cannot be turned into an error any more: only cut off, so that the client notices.
    private func breakOff(_ number: Int, _ error: any Error) {
        guard exchange?.number == number else { return }
        if !(error is CancellationError) {
            answerer.logger.error(
                "Streamed answer broke off",
                metadata: ["request_id": .string(exchange?.request.id ?? ""), "error": .string(String(reflecting: error))])
        }
        close()
    }

    private func head(_ answer: PreparedAnswer, _ exchange: HTTP1Exchange, keepsAlive: Bool, room: Int) -> ByteBuffer {
        var sink = TextSink(buffer: (context?.channel.allocator ?? ByteBufferAllocator()).buffer(capacity: 640 + room))
        sink.writeStatus(answer.status)
        answer.writeFields(to: &sink, standing: answerer.standing)
        if exchange.isChunked { sink.buffer.writeStaticString("Transfer-Encoding: chunked\r\n") }
        if !keepsAlive {
            sink.buffer.writeStaticString("Connection: close\r\n")
        } else if exchange.request.version == .http1_0 {
            sink.buffer.writeStaticString("Connection: keep-alive\r\n")
        }
        sink.buffer.writeStaticString("\r\n")
        return sink.buffer
    }

    /// The answer is written: flush, and go on or hang up.
    private func complete(keepsAlive: Bool) {
        guard let context, let exchange else { return }
        log(exchange, status: exchange.status)
        if !keepsAlive {
            self.exchange = nil
            exchange.stream?.end(.failure(CancellationError()))
            hangUp(context, wasReadWhole: exchange.decoder.isAtEnd && input.readableBytes == 0)
            return
        }
        needsFlush = true
        if exchange.decoder.isAtEnd {
            nextRequest()
        } else {
            exchange.stream?.end(.failure(CancellationError()))
            phase = .discarding
            arm(timeouts.bodyGrace)
        }
        process()
    }

    func nextRequest() {
        exchange = nil
        phase = .idle
        if input.readableBytes == 0 { input = ByteBuffer() }
        if context?.channel.isWritable == false {
            arm(timeouts.write)
        } else {
            arm(isQuiescing ? Self.lastCall : timeouts.idle)
        }
    }

    /// Closes after the answer. With bytes unread the kernel would reset the connection, and the client might never
    /// see why: so only our side is closed first, and what comes is ignored for a while.
    func hangUp(_ context: ChannelHandlerContext, wasReadWhole: Bool) {
        phase = .lingering
        needsFlush = false
        input.clear()
        arm(timeouts.write)
        let flushed = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: flushed)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        flushed.futureResult.whenComplete { _ in handler.value.closeOutput(wasReadWhole: wasReadWhole) }
    }

    private func closeOutput(wasReadWhole: Bool) {
        guard let context, phase == .lingering else { return }
        // TLS says good-bye in its own way, and waits for the other side.
        guard !wasReadWhole, !inputIsClosed, scheme == "http" else { return close() }
        arm(timeouts.linger)
        outputIsClosed = true
        context.close(mode: .output, promise: nil)
    }

    func log(_ exchange: HTTP1Exchange, status: Int) {
        answerer.accessLog?.write(
            AccessLog.Entry(
                request: exchange.request, status: status, bytes: exchange.sent, duration: .now() - exchange.began))
    }
}

/// A stream that wrote another number of bytes than it had announced.
struct StreamLengthWrong: Error {}

/// Writes header fields as HTTP/1 text.
struct TextSink: FieldSink {
    var buffer: ByteBuffer

    mutating func writeStatus(_ status: HTTPResponse.Status) {
        if status == .ok {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
            return
        }
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(status.code))
        buffer.writeStaticString(" ")
        buffer.writeString(status.reasonPhrase)
        buffer.writeStaticString("\r\n")
    }

    mutating func add(_ name: HTTPField.Name, _ value: String) {
        buffer.writeField(name, value)
    }

    mutating func add(_ standing: StandingFields.Rendered) {
        buffer.writeImmutableBuffer(standing.text)
    }
}
