import HTTPTypes
import NIOCore
import NIOWebSocket

extension HTTP1Handler {
    /// Answers 101 and leaves the connection to a WebSocket.
    func upgrade(_ answer: PreparedAnswer, to upgrade: WebSocketUpgrade, by handshake: WebSocketHandshake, _ number: Int) {
        guard let context, let exchange, exchange.number == number, phase == .serving else { return }
        guard !isQuiescing, !inputIsClosed else {
            return finish(answerer.refusal(.unavailable("The server shuts down"), requestID: answer.requestID), number)
        }
        var head = TextSink(buffer: context.channel.allocator.buffer(capacity: 640))
        head.buffer.writeStaticString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n")
        head.add(.secWebSocketAccept, handshake.accept)
        if let subprotocol = handshake.subprotocol { head.add(.secWebSocketProtocol, subprotocol) }
        if handshake.deflates { head.add(.secWebSocketExtensions, WebSocketHandshake.deflateAgreement) }
        answer.writeFields(to: &head, standing: answerer.standing)
        head.buffer.writeStaticString("\r\n")
        context.writeAndFlush(wrapOutboundOut(head.buffer), promise: nil)
        log(exchange, status: 101)

        let rest = input
        leave()
        let handler = WebSocketHandler(
            limits: upgrade.limits, deflates: handshake.deflates, isSecure: scheme == "https", eventLoop: eventLoop)
        let decoder = WebSocketFrameDecoder(maxFrameSize: max(upgrade.limits.message, 125))
        do {
            try context.pipeline.syncOperations.addHandlers([ByteToMessageHandler(decoder), handler])
        } catch {
            return context.close(promise: nil)
        }
        handler.open(upgrade.open(WebSocket(handler, eventLoop: eventLoop, subprotocol: handshake.subprotocol)))
        if rest.readableBytes > 0 {
            context.fireChannelRead(wrapInboundOut(rest))
            context.fireChannelReadComplete()
        }
        if readIsHeld { context.read() }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
