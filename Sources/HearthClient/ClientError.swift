/// Why an outbound call failed.
public struct ClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    public enum Kind: Sendable {
        /// The request is malformed.
        case invalid
        /// The operator has not granted this destination.
        case denied
        /// The destination cannot be reached, or is left alone for a while.
        case unavailable
        /// It took too long.
        case timeout
        /// The response is larger than the caller takes.
        case tooLarge
        /// The caller has too many calls under way.
        case busy
        /// Nobody waits for the result any more.
        case cancelled
        /// The destination does not speak HTTP or TLS as it should.
        case failed
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// A stable word for programs; may be empty.
    public let code: String
    /// One sentence for people, without the query of the URL, which may hold secrets.
    public let message: String
    /// Whether nothing of the request can have been sent, so that any method may be tried again.
    let isUnsent: Bool

    /// Describes a failure.
    public init(_ kind: Kind, code: String = "", _ message: String) {
        self.init(kind, code: code, message, isUnsent: false)
    }

    init(_ kind: Kind, code: String = "", _ message: String, isUnsent: Bool) {
        self.kind = kind
        self.code = code
        self.message = message
        self.isUnsent = isUnsent
    }

    public var description: String { message }

    /// The ``code`` of a refusal because an address is not public.
    public static let privateAddress = "private_address"

    /// Whether it may be over soon, and lies with the destination.
    var isTransient: Bool { kind == .unavailable || kind == .timeout }
}
