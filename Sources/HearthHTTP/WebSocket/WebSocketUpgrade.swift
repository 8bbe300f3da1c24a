/// What becomes of a connection whose request is answered with ``ServerResponse/Body/webSocket(_:)``.
///
/// The transport checks the handshake; who may connect is the handler's business, before it answers with this.
public struct WebSocketUpgrade: Sendable {
    /// What the connection puts up with.
    public var limits: WebSocketLimits
    /// The sub-protocols that are spoken, the best first; the first one that the client offers is agreed upon.
    public var protocols: [String]
    let open: @Sendable (WebSocket) -> any WebSocketReceiver

    /// Creates an upgrade.
    ///
    /// - Parameters:
    ///   - limits: what the connection puts up with
    ///   - protocols: the sub-protocols that are spoken, the best first
    ///   - open: called on the connection's event loop when it is open; returns who receives what the client sends
    public init(
        limits: WebSocketLimits = WebSocketLimits(), protocols: [String] = [],
        open: @escaping @Sendable (WebSocket) -> any WebSocketReceiver
    ) {
        self.limits = limits
        self.protocols = protocols
        self.open = open
    }
}

/// Receives what a client sends, on the connection's event loop: no call may block.
public protocol WebSocketReceiver: AnyObject, Sendable {
    /// A message has arrived whole, and text is UTF-8.
    func received(_ message: WebSocketMessage)

    /// The connection is over; called exactly once, and nothing after it.
    ///
    /// - Parameter code: what the client closed with, or what it was closed with here; ``WebSocketCloseCode/abnormal`` when it
    ///   was lost
    func closed(_ code: WebSocketCloseCode)
}
