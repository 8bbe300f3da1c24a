public import NIOCore

/// What a WebSocket connection puts up with.
public struct WebSocketLimits: Sendable, Equatable {
    /// The largest message that a client may send, in bytes and after decompression; more is closed with 1009.
    public var message = 64 * 1024
    /// The most fragments of which a message may consist; more is closed with 1008. Small ones are in order, but not tiny ones only.
    public var fragments: Int { 1024 + message / 16 }
    /// Bytes that may wait for a client that does not read; more is closed with 1013.
    public var queue = 256 * 1024
    /// Between two pings. A client from which nothing came since the last one is gone.
    public var heartbeat: TimeAmount = .seconds(30)
    /// How long a client may take to answer a close frame, and to read it.
    public var close: TimeAmount = .seconds(5)

    /// Creates the defaults.
    public init() {}
}
