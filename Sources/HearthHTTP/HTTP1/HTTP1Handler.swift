import HTTPTypes
import Logging
import NIOCore

/// An HTTP/1 connection: bytes in, bytes out, one request after the other.
///
/// The state lives on the event loop. A request is served by a task that starts there and then, so that a handler
/// that need not wait answers before the call returns.
final class HTTP1Handler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests.
        case idle
        /// A request head has begun to arrive.
        case head
        /// A request is being served.
        case serving
        /// The answer is sent; the rest of its body is read and forgotten.
        case discarding
        /// The last answer is sent: whatever comes is ignored until the client hangs up.
        case lingering
        case closed
    }

    let answerer: Answerer
    let eventLoop: any EventLoop
    let executor: EventLoopExecutor
    let scheme: String
    var context: ChannelHandlerContext?
    var remoteAddress: String?
    var phase = Phase.idle
    var input = ByteBuffer()
    var parser: RequestHeadParser
    var exchange: HTTP1Exchange?
    var deadline = ConnectionDeadline()
    var requests = 0
    /// What the timer calls; made once, since each request moves the deadline.
    var fire: (@Sendable () -> Void)?
    /// The server shuts down: no further request is served after this one.
    var isQuiescing = false
    var inputIsClosed = false
    var outputIsClosed = false
    var isProcessing = false
    var needsFlush = false
    var readIsHeld = false
    /// Writers of a stream that wait for the network to take more.
    var drained: EventLoopPromise<Void>?

    var limits: HTTPLimits { answerer.configuration.limits }
    var timeouts: HTTPTimeouts { answerer.configuration.timeouts }

    init(answerer: Answerer, eventLoop: any EventLoop, scheme: String) {
        self.answerer = answerer
        self.eventLoop = eventLoop
        self.executor = EventLoopExecutor(eventLoop)
        self.scheme = scheme
        parser = RequestHeadParser(limits: answerer.configuration.limits)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        remoteAddress = context.channel.remoteAddress?.ipAddress
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        fire = { handler.value.timerFired() }
        arm(timeouts.header)
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
        answerer.logger.debug("Connection broke", metadata: ["error": .string(String(describing: error))])
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .lingering, phase != .closed else { return }
        var bytes = unwrapInboundIn(data)
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.discardReadBytes()
            input.writeBuffer(&bytes)
        }
    }

    /// All that has arrived is taken at once: a body that came with its head needs no stream.
    func channelReadComplete(context: ChannelHandlerContext) {
        process()
    }

    /// Holds back reading while a request waits and enough is buffered.
    func read(context: ChannelHandlerContext) {
        if shouldHoldRead {
            readIsHeld = true
        } else {
            context.read()
        }
    }

    func releaseRead() {
        guard readIsHeld, !shouldHoldRead else { return }
        readIsHeld = false
        context?.read()
    }

    private var shouldHoldRead: Bool {
        guard phase == .serving, let exchange else { return false }
        if let stream = exchange.stream, !exchange.decoder.isAtEnd { return stream.buffered > HTTP1Exchange.bufferedBody }
        return input.readableBytes > HTTP1Exchange.discardedBody
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            if phase == .idle { arm(timeouts.idle) }
            if drained != nil { deadline.clear() }
            drained?.succeed()
            drained = nil
            process()
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: quiesce()
        case ChannelEvent.inputClosed: inputClosed()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// The server shuts down. An idle connection gets a moment for a request that is on its way already.
    private func quiesce() {
        isQuiescing = true
        if phase == .idle { arm(Self.lastCall) }
    }

    static let lastCall = TimeAmount.milliseconds(50)

    /// The client has sent its last byte. Whether it still listens cannot be known; servers take it as having gone,
    /// but answer what they can.
    private func inputClosed() {
        inputIsClosed = true
        switch phase {
        case .idle, .head, .discarding:
            process()
        case .lingering:
            if outputIsClosed { close() }
        case .serving:
            process()
            guard phase == .serving, let exchange else { return }
            if !exchange.decoder.isAtEnd { exchange.stream?.end(.failure(CancellationError())) }
            exchange.task?.cancel()
        case .closed:
            break
        }
    }

    /// The connection is gone.
    private func end() {
        guard phase != .closed else { return }
        phase = .closed
        deadline.cancel()
        fire = nil
        drained?.fail(CancellationError())
        drained = nil
        if let exchange {
            exchange.stream?.end(.failure(CancellationError()))
            exchange.task?.cancel()
            log(exchange, status: exchange.isAnswering ? exchange.status : 499)
        }
        exchange = nil
        input.clear()
    }

    /// Something else takes the connection over.
    func leave() {
        exchange = nil
        end()
    }

    func close() {
        context?.close(promise: nil)
    }
}
