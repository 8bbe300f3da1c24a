public import NIOCore

/// A message from a client.
public struct WebSocketMessage: Sendable, Equatable {
    /// What a message consists of.
    public enum Kind: Sendable {
        /// UTF-8, which was checked.
        case text
        /// Any bytes.
        case binary
    }

    /// What it consists of.
    public let kind: Kind
    /// The content.
    public let content: ByteBuffer
}
