public import HTTPTypes
public import HearthDatabase
public import HearthHTTP
import HearthThreads
public import NIOCore

/// A request that has found its route: authenticated, its parameters and body validated.
public struct RoutedRequest: Sendable {
    /// The request id, as in answers and logs.
    public let id: String
    /// The method; `GET` also for `HEAD`.
    public let method: HTTPRequest.Method
    /// The path as sent, without the query.
    public let path: String
    /// The query as sent, without the question mark.
    public let queryText: String
    /// Values of the path's parameters, decoded, in the order of the template.
    public let pathValues: [String]
    /// Query parameters, decoded, in order.
    public let query: [(name: String, value: String)]
    /// Header fields.
    public let headers: HTTPFields
    /// The body.
    public let body: RoutedBody
    /// Who calls; nil for nobody.
    public let actor: Actor?
    /// When the host gives up.
    public let deadline: Deadline
    /// The IP address of who sent it; nil on a Unix socket.
    public let remoteAddress: String?
}

/// The body of a request in the form that its route takes.
public enum RoutedBody: Sendable {
    /// None.
    case none
    /// JSON text, valid by the route's schema.
    case json(ByteBuffer)
    /// The parts of a form.
    case form([RoutedPart])
    /// Exact bytes.
    case bytes(ByteBuffer)
    /// Not read yet; more than `limit` bytes are too many.
    case stream(RequestBody, limit: Int)
}

/// A part of a form.
public struct RoutedPart: Sendable {
    /// The field's name.
    public let name: String
    /// The name of the file; nil when it is not one.
    public let fileName: String?
    /// The media type, if given.
    public let contentType: String?
    /// The content.
    public let content: ByteBuffer
}

/// Who acts.
public struct Actor: Sendable, Equatable {
    /// The user.
    public let userID: DatabaseUUID
    /// Whether he has the role admin.
    public let isAdmin: Bool
    /// How he proved who he is.
    public let scheme: String
    /// IANA name of his time zone.
    public let timezone: String
    /// That he has chosen, such as `fr`; nil when he has not.
    public let language: String?
    /// The token by which he proved it.
    public let session: Session?

    /// What is to be known of a token by those whose work lasts longer than a request.
    public struct Session: Sendable, Equatable {
        /// By which it is revoked.
        public let id: DatabaseUUID
        /// From when on it is void, in seconds since 1970-01-01 00:00 UTC.
        public let expiresAt: Int64
    }

    /// - Parameters:
    ///   - userID: the user
    ///   - isAdmin: whether he has the role admin
    ///   - scheme: how he proved who he is
    ///   - timezone: IANA name of his time zone
    ///   - language: that he has chosen
    ///   - session: the token by which he proved it
    public init(
        userID: DatabaseUUID, isAdmin: Bool, scheme: String = "bearer", timezone: String, language: String? = nil,
        session: Session? = nil
    ) {
        self.session = session
        self.userID = userID
        self.isAdmin = isAdmin
        self.scheme = scheme
        self.timezone = timezone
        self.language = language
    }
}

/// What serves a route: a handler of the host or of a plugin.
public protocol RouteHandler: Sendable {
    /// Serves a request.
    ///
    /// - Throws: `HTTPError` for the client; anything else becomes 500.
    func handle(_ request: RoutedRequest) async throws -> ServerResponse
}
