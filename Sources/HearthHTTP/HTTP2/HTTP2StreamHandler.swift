import HTTPTypes
import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2

/// One HTTP/2 stream: one request and its answer. NIOHTTP2 has checked the form of the messages and guards against
/// floods; the limits of size and time are kept here.
final class HTTP2StreamHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let answerer: Answerer
    private let eventLoop: any EventLoop
    private let executor: EventLoopExecutor
    private let remoteAddress: String?
    private var context: ChannelHandlerContext?
    private var head: HTTPRequest?
    private var request: ServerRequest?
    private var stream: BodyStream?
    private var early: ByteBuffer?
    private var bodyHasEnded = false
    private var received = 0
    private var task: Task<Void, Never>?
    private var began = NIODeadline.now()
    private var deadline = ConnectionDeadline()
    private var fire: (@Sendable () -> Void)?
    private var drained: EventLoopPromise<Void>?
    private var readIsHeld = false
    private var status = 0
    private var sent = 0
    private var isFinished = false

    init(answerer: Answerer, eventLoop: any EventLoop, remoteAddress: String?) {
        self.answerer = answerer
        self.eventLoop = eventLoop
        self.executor = EventLoopExecutor(eventLoop)
        self.remoteAddress = remoteAddress
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        fire = { handler.value.timerFired() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answerer.logger.debug("Stream broke", metadata: ["error": .string(String(describing: error))])
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let piece): take(piece)
        case .end:
            bodyHasEnded = true
            deadline.clear()
            if request == nil { serve() }
            stream?.end(.success(()))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if head != nil, request == nil { serve() }
    }

    func read(context: ChannelHandlerContext) {
        if let stream, stream.buffered > HTTP1Exchange.bufferedBody {
            readIsHeld = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            drained?.succeed()
            drained = nil
            deadline.clear()
        }
        context.fireChannelWritabilityChanged()
    }

    private func take(_ piece: ByteBuffer) {
        guard !isFinished else { return }
        received += piece.readableBytes
        if received > answerer.configuration.limits.body {
            let error = HTTPError.bodyTooLarge(limit: answerer.configuration.limits.body)
            stream?.end(.failure(error))
            return
        }
        if let stream {
            stream.feed(piece)
            waitForBody()
        } else {
            early.setOrWriteImmutableBuffer(piece)
        }
    }

    private func serve() {
        guard let head, context != nil else { return }
        self.head = nil
        let (path, query) = Self.split(head.path ?? "/")
        let body: RequestBody
        if bodyHasEnded {
            body = RequestBody(bytes: early ?? ByteBuffer())
        } else {
            let open = makeStream(length: head.headerFields[.contentLength].flatMap { Int($0) })
            if let early { open.feed(early) }
            stream = open
            body = RequestBody(stream: open)
            waitForBody()
        }
        early = nil
        let id = head.headerFields[.requestID].flatMap { RequestID.isSane($0) ? $0 : nil }
        let request = ServerRequest(
            id: id ?? RequestID.make(), method: head.method, path: path, query: query, headers: head.headerFields,
            authority: head.authority, body: body,
            remoteAddress: answerer.configuration.trustedProxies.sender(peer: remoteAddress, headers: head.headerFields),
            scheme: head.scheme ?? "https", version: .http2)
        self.request = request
        if let refusal = refusal(of: head) {
            write(answerer.refusal(refusal, requestID: request.id))
            finish()
            return
        }
        let answerer = answerer
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        let task = Task.immediate(executorPreference: executor) {
            let answer = await answerer.answer(request, .all)
            await HTTP2StreamHandler.send(answer, through: handler, on: eventLoop, by: answerer)
        }
        if status == 0 { self.task = task }
    }

    /// The limits that HTTP/2 itself does not know.
    private func refusal(of head: HTTPRequest) -> HTTPError? {
        let limits = answerer.configuration.limits
        if head.method == .connect { return HTTPError(.notImplemented, "CONNECT is not implemented") }
        if (head.path ?? "").utf8.count > limits.target { return .targetTooLong }
        if head.headerFields.count > limits.headerCount { return .headersTooLarge }
        for field in head.headerFields where field.value.utf8.count > limits.headerField { return .headersTooLarge }
        if let length = head.headerFields[.contentLength].flatMap({ Int($0) }), length > limits.body {
            return .bodyTooLarge(limit: limits.body)
        }
        return nil
    }

    private static func split(_ target: String) -> (path: String, query: String) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target, "") }
        return (String(target[..<mark]), String(target[target.utf8.index(after: mark)...]))
    }

    private func makeStream(length: Int?) -> BodyStream {
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        return BodyStream(length: length) {
            eventLoop.execute { handler.value.bodyIsWanted() }
        }
    }

    private func bodyIsWanted() {
        guard readIsHeld else { return }
        readIsHeld = false
        context?.read()
    }

    private func waitForBody() {
        guard !bodyHasEnded, let fire else { return }
        let timeouts = answerer.configuration.timeouts
        let bought = Int64(received) * 1_000_000_000 / Int64(max(1, timeouts.minimumBodyRate))
        deadline.set(began + timeouts.bodyGrace + .nanoseconds(bought), on: eventLoop, fire)
    }

    private func timerFired() {
        guard let fire, deadline.isReached(on: eventLoop, fire) else { return }
        if status == 0 {
            stream?.end(.failure(HTTPError(.requestTimeout, "The body took too long to arrive")))
        } else {
            context?.triggerUserOutboundEvent(NIOHTTP2FramePayloadToHTTPEvent.reset(code: .noError), promise: nil)
        }
    }

    private func end() {
        deadline.cancel()
        fire = nil
        drained?.fail(CancellationError())
        drained = nil
        stream?.end(.failure(CancellationError()))
        task?.cancel()
        log(status == 0 ? 499 : status)
    }

    private func log(_ status: Int) {
        guard let request else { return }
        self.request = nil
        answerer.accessLog?.write(
            AccessLog.Entry(request: request, status: status, bytes: sent, duration: .now() - began))
    }
}

extension HTTP2StreamHandler {
    /// Sends an answer. Called in the task that serves the request.
    private static func send(
        _ answer: PreparedAnswer, through handler: NIOLoopBound<HTTP2StreamHandler>, on eventLoop: any EventLoop,
        by answerer: Answerer
    ) async {
        let stream = ResponseStream { piece in
            try await eventLoop.flatSubmit { handler.value.write(piece) }.get()
        }
        do {
            switch answer.body {
            case .none, .bytes:
                if eventLoop.inEventLoop {
                    handler.value.write(answer)
                    handler.value.finish()
                    return
                }
                try await eventLoop.submit { handler.value.write(answer) }.get()
            case .stream(let write):
                try await eventLoop.submit { handler.value.write(answer) }.get()
                try await write(stream)
            case .content(let content, let offset, let length):
                try await eventLoop.submit { handler.value.write(answer) }.get()
                try await answerer.send(content, offset: offset, length: length, to: stream)
            }
            try await eventLoop.submit { handler.value.finish() }.get()
        } catch {
            eventLoop.execute { handler.value.context?.close(promise: nil) }
        }
    }

    private func write(_ answer: PreparedAnswer) {
        guard let context else { return }
        status = answer.status.code
        var fields = HTTPFields()
        answer.writeFields(to: &fields, standing: answerer.standing)
        context.write(wrapOutboundOut(.head(HTTPResponse(status: answer.status, headerFields: fields))), promise: nil)
        if case .bytes(let bytes) = answer.body {
            sent = bytes.readableBytes
            context.write(wrapOutboundOut(.body(bytes)), promise: nil)
        }
    }

    private func write(_ piece: ByteBuffer) -> EventLoopFuture<Void> {
        guard let context else { return eventLoop.makeFailedFuture(CancellationError()) }
        sent += piece.readableBytes
        context.writeAndFlush(wrapOutboundOut(.body(piece)), promise: nil)
        if context.channel.isWritable { return eventLoop.makeSucceededVoidFuture() }
        if let fire { deadline.set(.now() + answerer.configuration.timeouts.write, on: eventLoop, fire) }
        let promise = drained ?? eventLoop.makePromise(of: Void.self)
        drained = promise
        return promise.futureResult
    }

    private func finish() {
        guard let context else { return }
        log(status)
        isFinished = true
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        guard !bodyHasEnded else { return }
        // The client is still sending: it gets a while to notice the answer before it is told to stop.
        stream?.end(.failure(CancellationError()))
        stream = nil
        if let fire { deadline.set(.now() + answerer.configuration.timeouts.linger, on: eventLoop, fire) }
        if readIsHeld { bodyIsWanted() }
    }
}
