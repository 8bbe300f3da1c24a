import Logging
import NIOCore

/// Ends an HTTP/2 connection whose client has hung up or broken the protocol. (A half-open HTTP/2 connection is of no use.)
final class HTTP2ConnectionEnd: ChannelInboundHandler {
    typealias InboundIn = Any

    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("HTTP/2 connection broke", metadata: ["error": .string(String(describing: error))])
        context.close(promise: nil)
    }
}
