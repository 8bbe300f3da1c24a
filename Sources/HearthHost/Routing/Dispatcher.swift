import HTTPTypes
import HearthDatabase
import HearthHTTP
import HearthJSON
import HearthThreads

/// A route with its compiled description: what the route table finds.
struct Endpoint: Sendable {
    let route: Route
    let operation: Operation
    /// The declared path, for logs.
    let template: String
    /// The limit that the route has for itself.
    let ownLimit: RateLimitPolicy?

    init(route: Route, operation: Operation) {
        self.route = route
        self.operation = operation
        template = "/api" + (route.paths.first ?? "")
        if case .own(let requests) = route.limit {
            ownLimit = RateLimitPolicy("\(route.method.rawValue) \(template)", requests: requests)
        } else {
            ownLimit = nil
        }
    }
}

/// Finds out who sends a request, from its token.
public protocol Authenticator: Sendable {
    /// Verifies a bearer token.
    ///
    /// - Parameter token: the text behind `Bearer`
    /// - Returns: who it belongs to
    /// - Throws: `HTTPError` 401 when it is not valid
    func authenticate(token: String) async throws -> Actor
}

/// Takes a request from the transport to the handler of its route: find, authenticate, count, validate, call, and not
/// twice when the client has named it.
struct Dispatcher: Sendable {
    private let table: RouteTable<Endpoint>
    private let authenticator: any Authenticator
    private let reader: RequestReader
    private let defaultDeadline: Duration
    private let limiter: RequestLimiter?
    private let answers: IdempotentAnswers?

    /// - Parameters:
    ///   - catalogue: all routes
    ///   - authenticator: verifies tokens
    ///   - limits: of bodies
    ///   - defaultDeadline: of routes without one of their own
    ///   - limiter: counts requests; nil lets all through
    ///   - answers: keeps the answers to requests with an `Idempotency-Key`; nil carries each out
    init(
        _ catalogue: RouteCatalogue, authenticator: any Authenticator, limits: RequestReader.Limits, defaultDeadline: Duration,
        limiter: RequestLimiter? = nil, answers: IdempotentAnswers? = nil
    ) {
        table = catalogue.table
        self.authenticator = authenticator
        reader = RequestReader(limits: limits)
        self.defaultDeadline = defaultDeadline
        self.limiter = limiter
        self.answers = answers
    }

    /// Serves a request.
    func respond(_ request: ServerRequest) async throws -> ServerResponse {
        switch table.match(method: request.method, path: request.path) {
        case .found(let endpoint, let values):
            do {
                return try await serve(request, endpoint, values)
            } catch let error as DatabaseError {
                throw Self.answer(to: error)
            }
        case .options(let allow):
            return ServerResponse(status: .noContent, headers: [.allow: allow.joined(separator: ", ")])
        // `OPTIONS *` asks about the server and no path of it; only with this method does the transport let it through.
        case .notFound where request.path == "*": return ServerResponse(status: .noContent)
        case .methodNotAllowed(let allow): throw HTTPError.methodNotAllowed(allow: allow)
        case .notFound: throw HTTPError(.notFound, "There is nothing at this path")
        case .malformed: throw HTTPError(.badRequest, "The path has a broken percent-encoding")
        }
    }

    private func serve(_ request: ServerRequest, _ endpoint: Endpoint, _ values: [String]) async throws -> ServerResponse {
        request.notes.route = endpoint.template
        let actor = try await admit(request, endpoint)
        let content = try await reader.read(request, endpoint, pathValues: values)
        let routed = RoutedRequest(
            id: request.id, method: request.method == .head ? .get : request.method, path: request.path,
            queryText: request.query, pathValues: values, query: content.query, headers: request.headers, body: content.body,
            actor: actor, deadline: .after(endpoint.route.deadline ?? defaultDeadline), remoteAddress: request.remoteAddress)
        let handler = endpoint.route.handler
        guard let answers, let key = try IdempotencyKey(routed) else { return try await handler.handle(routed) }
        return try await answers.answer(key) { try await handler.handle(routed) }
    }

    /// What a client is told when the database did not do its part, who he is included.
    private static func answer(to error: DatabaseError) -> any Error {
        switch error.kind {
        case _ where error.isUncertain: HTTPError(.gatewayTimeout, "It is unknown whether the request took effect")
        case .busy, .unavailable: HTTPError.unavailable("Temporarily overloaded, try again", retryAfter: 1)
        case .timeout: HTTPError(.gatewayTimeout, "The request took too long")
        // The client has gone: nobody is told, and nothing has failed.
        case .cancelled where Task.isCancelled: CancellationError()
        default: error
        }
    }

    /// Who calls, once he is known, counted and allowed to.
    private func admit(_ request: ServerRequest, _ endpoint: Endpoint) async throws -> Actor? {
        let actor: Actor?
        do {
            actor = try await authenticate(request, endpoint.route)
        } catch let error as HTTPError {
            // Whoever guesses tokens is counted too.
            try await limiter?.admit(request, to: endpoint, user: nil)
            throw error
        }
        let user = actor?.userID.description
        if let user { request.notes.user = user }
        try await limiter?.admit(request, to: endpoint, user: user)
        guard endpoint.route.access != .admin || actor?.isAdmin == true else {
            throw HTTPError(.forbidden, "Only administrators may do this")
        }
        return actor
    }

    private func authenticate(_ request: ServerRequest, _ route: Route) async throws -> Actor? {
        guard route.access != .everybody else { return nil }
        guard let header = request.headers[.authorization] else {
            if route.takesTokenOfBrowsers, let token = Self.browsersToken(request) {
                return try await authenticator.authenticate(token: token)
            }
            if route.access == .optional { return nil }
            throw HTTPError.unauthorized("Could not validate credentials")
        }
        guard let token = Self.bearer(header) else { throw HTTPError.unauthorized("Could not validate credentials") }
        return try await authenticator.authenticate(token: token)
    }

    /// The token in the sub-protocol `bearer.TOKEN`, or in the query as `access_token`.
    private static func browsersToken(_ request: ServerRequest) -> String? {
        for item in request.headers[.secWebSocketProtocol]?.split(separator: ",") ?? [] {
            let name = item.drop { $0 == " " }
            if name.hasPrefix("bearer.") { return String(name.dropFirst("bearer.".count).prefix { $0 != " " }) }
        }
        return QueryText.pairs(request.query)?.first { $0.name == QueryText.token }?.value
    }

    private static func bearer(_ header: String) -> String? {
        guard header.utf8.count > 7, header.prefix(7).lowercased() == "bearer " else { return nil }
        return String(header.dropFirst(7).drop { $0 == " " })
    }
}
