/// Why a WebSocket is closed (RFC 6455 7.4).
public struct WebSocketCloseCode: RawRepresentable, Sendable, Hashable {
    /// The number.
    public let rawValue: UInt16

    /// Takes a number as it is.
    public init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The purpose is fulfilled.
    public static let normal = WebSocketCloseCode(rawValue: 1000)
    /// The server shuts down.
    public static let goingAway = WebSocketCloseCode(rawValue: 1001)
    /// The client broke the rules of the protocol.
    public static let protocolError = WebSocketCloseCode(rawValue: 1002)
    /// A close frame without a number. Never sent.
    public static let none = WebSocketCloseCode(rawValue: 1005)
    /// The connection was lost. Never sent.
    public static let abnormal = WebSocketCloseCode(rawValue: 1006)
    /// A message is not what its type says, such as text that is not UTF-8.
    public static let badContent = WebSocketCloseCode(rawValue: 1007)
    /// The client did what it may not do.
    public static let policyViolation = WebSocketCloseCode(rawValue: 1008)
    /// A message is too large.
    public static let tooLarge = WebSocketCloseCode(rawValue: 1009)
    /// Something went wrong here.
    public static let internalError = WebSocketCloseCode(rawValue: 1011)
    /// Try again later: too much waits for a client that does not read.
    public static let tryAgainLater = WebSocketCloseCode(rawValue: 1013)

    /// Whether it may stand in a close frame.
    public var canBeSent: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
