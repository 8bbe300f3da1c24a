public import HTTPTypes
public import HearthHTTP
public import HearthJSON

/// Who may call a route; the values of `http.h`.
public enum Access: UInt32, Sendable {
    /// Everybody; a token is not looked at.
    case everybody = 1
    /// Everybody; a valid token makes the user known.
    case optional = 2
    /// A user with a valid token.
    case user = 3
    /// An administrator.
    case admin = 4
}

/// A route as it is declared, by the host or by a plugin.
public struct Route: Sendable {
    /// Who it belongs to: `host`, or the id of a plugin.
    public var owner: String
    /// The method.
    public var method: HTTPRequest.Method
    /// The path below `/api`, such as `/habits/{habit_id}`, then further paths with the same parameters.
    public var paths: [String]
    /// Who may call it.
    public var access: Access
    /// Whether the token may also stand in a sub-protocol or in the query, since what browsers have for WebSocket and
    /// server-sent events sends no header fields.
    public var takesTokenOfBrowsers: Bool
    /// Until the host answers 504; nil for the default.
    public var deadline: Duration?
    /// The largest body in bytes; nil for the default.
    public var bodyLimit: Int?
    /// How often a caller may call it.
    public var limit: RouteLimit
    /// Whether the handler reads the body itself.
    public var hasStreamedBody: Bool
    /// OpenAPI 3.1 Operation Object in JSON.
    public var operation: String
    /// What the description's schema cannot say about a JSON or form body; answered together with what the schema finds.
    public var rules: (@Sendable (JSONValue) -> [Violation])?
    /// What serves it.
    public var handler: any RouteHandler

    /// - Parameters:
    ///   - owner: `host`, or the id of a plugin
    ///   - method: the method
    ///   - paths: below `/api`
    ///   - access: who may call it
    ///   - takesTokenOfBrowsers: whether the token may also stand in a sub-protocol or in the query
    ///   - deadline: until the host answers 504; nil for the default
    ///   - bodyLimit: the largest body in bytes; nil for the default
    ///   - limit: how often a caller may call it
    ///   - hasStreamedBody: whether the handler reads the body itself
    ///   - operation: OpenAPI 3.1 Operation Object in JSON
    ///   - rules: what its schema cannot say about a body
    ///   - handler: what serves it
    public init(
        owner: String = "host", method: HTTPRequest.Method, paths: [String], access: Access,
        takesTokenOfBrowsers: Bool = false, deadline: Duration? = nil, bodyLimit: Int? = nil, limit: RouteLimit = .standard,
        hasStreamedBody: Bool = false, operation: String,
        rules: (@Sendable (JSONValue) -> [Violation])? = nil, handler: any RouteHandler
    ) {
        self.owner = owner
        self.method = method
        self.paths = paths
        self.access = access
        self.takesTokenOfBrowsers = takesTokenOfBrowsers
        self.deadline = deadline
        self.bodyLimit = bodyLimit
        self.limit = limit
        self.hasStreamedBody = hasStreamedBody
        self.operation = operation
        self.rules = rules
        self.handler = handler
    }
}

/// A handler of the host.
public struct HostHandler: RouteHandler {
    private let serve: @Sendable (RoutedRequest) async throws -> ServerResponse

    /// - Parameter serve: serves a request
    public init(_ serve: @escaping @Sendable (RoutedRequest) async throws -> ServerResponse) { self.serve = serve }

    public func handle(_ request: RoutedRequest) async throws -> ServerResponse { try await serve(request) }
}
