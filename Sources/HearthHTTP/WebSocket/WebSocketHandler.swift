import NIOCore
import NIOWebSocket

/// A connection after its upgrade: frames in, bytes out. NIO's decoder reads the frames; the rules that go beyond the form of
/// one frame are kept here. An idle connection holds no buffer.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    enum Phase {
        case open
        /// A close frame was sent; the client's is waited for.
        case closing
        /// Nothing is read or sent any more: the client gets a while to see why.
        case lingering
        case closed
    }

    private struct Waiting {
        let bytes: ByteBuffer
        let sent: (@Sendable (Bool) -> Void)?
    }

    private let limits: WebSocketLimits
    private let deflates: Bool
    private let isSecure: Bool
    private let eventLoop: any EventLoop
    private var context: ChannelHandlerContext?
    private var receiver: (any WebSocketReceiver)?
    private(set) var phase = Phase.open
    private var message: IncomingMessage?
    /// What the network has not taken yet; nil when there is none, so that nothing is held.
    private var queue: CircularBuffer<Waiting>?
    private var queuedBytes = 0
    private var timer: Scheduled<Void>?
    /// Whether anything came since the last ping.
    private var hasHeard = true
    private var isHeld = false
    private var readIsHeld = false
    private var isQuiescing = false
    private var closeCode = WebSocketCloseCode.abnormal

    /// - Parameters:
    ///   - upgrade: what becomes of the connection
    ///   - handshake: what was agreed upon
    ///   - isSecure: whether TLS lies below
    ///   - eventLoop: the connection's
    init(limits: WebSocketLimits, deflates: Bool, isSecure: Bool, eventLoop: any EventLoop) {
        self.limits = limits
        self.deflates = deflates
        self.isSecure = isSecure
        self.eventLoop = eventLoop
    }

    /// Begins, once the handler is in the pipeline.
    func open(_ receiver: any WebSocketReceiver) {
        self.receiver = receiver
        schedule(limits.heartbeat)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After a broken frame the decoder can make nothing of what still comes.
        if error is ByteToMessageDecoderError, phase == .lingering { return }
        guard let error = error as? NIOWebSocketError else { return context.close(promise: nil) }
        guard phase == .open || phase == .closing else { return }
        switch error {
        case .invalidFrameLength: fail(.tooLarge(limit: limits.message))
        case .fragmentedControlFrame: fail(.broken("A control frame is fragmented"))
        case .multiByteControlFrameLength: fail(.broken("A control frame has more than 125 bytes"))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: close(.goingAway, "The server shuts down")
        case ChannelEvent.inputClosed: inputClosed()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    // MARK: Frames from the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        guard phase == .open || phase == .closing else { return }
        hasHeard = true
        do throws(WebSocketFailure) {
            try take(frame)
        } catch {
            fail(error)
        }
    }

    private func take(_ frame: WebSocketFrame) throws(WebSocketFailure) {
        guard frame.maskKey != nil else { throw .broken("A frame of a client must be masked") }
        let beginsMessage = frame.opcode == .text || frame.opcode == .binary
        guard !frame.rsv2, !frame.rsv3, !frame.rsv1 || (deflates && beginsMessage) else {
            throw .broken("A reserved bit is set")
        }
        switch frame.opcode {
        case .text, .binary:
            guard message == nil else { throw .broken("A message begins before the last one has ended") }
            message = IncomingMessage(
                frame.opcode == .text ? .text : .binary, isCompressed: frame.rsv1, limit: limits.message,
                fragmentLimit: limits.fragments)
            try takeFragment(frame)
        case .continuation: try takeFragment(frame)
        case .ping: if phase == .open { write(WebSocketFrames.frame(.pong, frame.unmaskedData), sent: nil) }
        case .pong: break
        case .connectionClose: try takeClose(frame.unmaskedData)
        default: throw .broken("The opcode is reserved")
        }
    }

    private func takeFragment(_ frame: WebSocketFrame) throws(WebSocketFailure) {
        guard message != nil else { throw .broken("A continuation has nothing to continue") }
        try message?.take(frame.unmaskedData)
        guard frame.fin, let whole = try message?.finish() else { return }
        message = nil
        // What comes after our own close frame is read only to find the client's.
        if phase == .open { receiver?.received(whole) }
    }

    private func takeClose(_ content: ByteBuffer) throws(WebSocketFailure) {
        var content = content
        var code = WebSocketCloseCode.none
        if content.readableBytes > 0 {
            guard let number = content.readInteger(as: UInt16.self) else { throw .broken("A close code has two bytes") }
            code = WebSocketCloseCode(rawValue: number)
            guard code.canBeSent else { throw .broken("The close code may not be sent") }
            var check = UTF8Check()
            guard content.withUnsafeReadableBytes({ check.take($0) }), check.isComplete else { throw .notText }
        }
        if phase == .open {
            closeCode = code
            dropQueue()
            put(WebSocketFrames.close(code, ""))
        }
        hangUp()
    }

    // MARK: Frames to the client

    /// Sends a message.
    func send(_ frames: WebSocketFrames, sent: (@Sendable (Bool) -> Void)?) {
        guard phase == .open else {
            sent?(false)
            return
        }
        write(frames.bytes(deflating: deflates), sent: sent)
    }

    private func write(_ bytes: ByteBuffer, sent: (@Sendable (Bool) -> Void)?) {
        guard let context else {
            sent?(false)
            return
        }
        if queue == nil, context.channel.isWritable {
            put(bytes)
            sent?(true)
            return
        }
        queuedBytes += bytes.readableBytes
        guard queuedBytes <= limits.queue else {
            sent?(false)
            return close(.tryAgainLater, "Too much waits to be read", droppingQueue: true)
        }
        if queue == nil { queue = CircularBuffer(initialCapacity: 4) }
        queue?.append(Waiting(bytes: bytes, sent: sent))
    }

    private func put(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        while context.channel.isWritable, let next = queue?.popFirst() {
            queuedBytes -= next.bytes.readableBytes
            put(next.bytes)
            next.sent?(true)
        }
        if queue?.isEmpty == true {
            queue = nil
            // A close that waited for what was before it.
            if phase == .closing, let frame = closeFrame {
                closeFrame = nil
                put(frame)
            }
        }
        context.fireChannelWritabilityChanged()
    }

    /// The close frame, until what waits before it has been sent.
    private var closeFrame: ByteBuffer?

    private func dropQueue() {
        let dropped = queue
        queue = nil
        queuedBytes = 0
        dropped?.forEach { $0.sent?(false) }
    }

    // MARK: The end

    /// Begins the closing handshake.
    ///
    /// - Parameters:
    ///   - code: why
    ///   - reason: in words
    ///   - droppingQueue: whether what waits is given up
    func close(_ code: WebSocketCloseCode, _ reason: String, droppingQueue: Bool = false) {
        guard phase == .open else { return }
        phase = .closing
        closeCode = code
        message = nil
        if droppingQueue { dropQueue() }
        if queue == nil { put(WebSocketFrames.close(code, reason)) } else { closeFrame = WebSocketFrames.close(code, reason) }
        schedule(limits.close)
        resumeReading()
    }

    /// Ends a connection whose client broke a rule: says which, and waits for no answer.
    private func fail(_ failure: WebSocketFailure) {
        if phase == .open {
            closeCode = failure.code
            dropQueue()
            put(WebSocketFrames.close(failure.code, failure.reason))
        }
        hangUp()
    }

    /// Closes our side, and ignores what comes until the client has closed its own: with bytes unread the kernel would reset
    /// the connection, and the client might never see the close frame.
    private func hangUp() {
        guard let context, phase != .lingering, phase != .closed else { return }
        phase = .lingering
        message = nil
        closeFrame = nil
        resumeReading()
        schedule(limits.close)
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        let flushed = eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: flushed)
        flushed.futureResult.whenComplete { _ in handler.value.closeOutput() }
    }

    private func closeOutput() {
        guard let context, phase == .lingering else { return }
        // TLS says good-bye in its own way, and waits for the other side.
        context.close(mode: isSecure ? .all : .output, promise: nil)
    }

    /// The client has sent its last byte; after a close frame of both that is the end, else it has gone without a word.
    private func inputClosed() { context?.close(promise: nil) }

    private func end() {
        guard phase != .closed else { return }
        phase = .closed
        timer?.cancel()
        timer = nil
        message = nil
        closeFrame = nil
        dropQueue()
        let receiver = receiver
        self.receiver = nil
        receiver?.closed(closeCode)
    }

    // MARK: Time

    private func schedule(_ amount: TimeAmount) {
        timer?.cancel()
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(in: amount) { handler.value.timerFired() }
    }

    private func timerFired() {
        guard phase == .open else { return context?.close(promise: nil) ?? () }
        guard hasHeard else { return context?.close(promise: nil) ?? () }
        // A client that is held back cannot be heard.
        hasHeard = isHeld
        write(WebSocketFrames.frame(.ping, ByteBuffer()), sent: nil)
        if phase == .open { schedule(limits.heartbeat) }
    }

    // MARK: Holding back

    func holdReading() { isHeld = true }

    func resumeReading() {
        isHeld = false
        guard readIsHeld else { return }
        readIsHeld = false
        context?.read()
    }

    func read(context: ChannelHandlerContext) {
        if isHeld { readIsHeld = true } else { context.read() }
    }
}
