public import NIOCore

/// A WebSocket connection. Everything may be called on any thread, and does nothing once the connection is over.
public final class WebSocket: Sendable {
    /// Where the connection lives, and its receiver is called.
    public let eventLoop: any EventLoop
    /// The sub-protocol that was agreed upon.
    public let subprotocol: String?
    private let handler: NIOLoopBound<WebSocketHandler>

    /// As many sends as an event loop does in one go before it serves others.
    private static let burst = 256

    init(_ handler: WebSocketHandler, eventLoop: any EventLoop, subprotocol: String?) {
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.eventLoop = eventLoop
        self.subprotocol = subprotocol
    }

    /// Sends a message. If more waits than ``WebSocketLimits/queue`` allows, the connection is closed with 1013 instead.
    ///
    /// - Parameters:
    ///   - frames: the message
    ///   - sent: called on the event loop when the network has taken the message, with false when it never will
    public func send(_ frames: WebSocketFrames, sent: (@Sendable (Bool) -> Void)? = nil) {
        onLoop { $0.send(frames, sent: sent) }
    }

    /// Sends a message to many.
    ///
    /// - Parameters:
    ///   - frames: the message
    ///   - sockets: who receives it
    public static func send(_ frames: WebSocketFrames, to sockets: [WebSocket]) {
        for sockets in Dictionary(grouping: sockets, by: { ObjectIdentifier($0.eventLoop) }).values {
            for start in stride(from: 0, to: sockets.count, by: burst) {
                let burst = sockets[start..<min(start + burst, sockets.count)]
                sockets[0].eventLoop.execute { for socket in burst { socket.handler.value.send(frames, sent: nil) } }
            }
        }
    }

    /// Closes the connection: sends what waits, says why, and gives the client a while to answer.
    ///
    /// - Parameters:
    ///   - code: why
    ///   - reason: in words, up to 123 bytes
    public func close(_ code: WebSocketCloseCode, _ reason: String = "") {
        onLoop { $0.close(code, reason) }
    }

    /// Reads nothing more from the client until ``resumeReading()``; what has been read already still arrives.
    public func holdReading() { onLoop { $0.holdReading() } }

    /// Goes on reading.
    public func resumeReading() { onLoop { $0.resumeReading() } }

    private func onLoop(_ body: @escaping @Sendable (WebSocketHandler) -> Void) {
        let handler = handler
        if eventLoop.inEventLoop { body(handler.value) } else { eventLoop.execute { body(handler.value) } }
    }
}
