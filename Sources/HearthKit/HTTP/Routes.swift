import CHearth
import HearthJSON

/// Who may call a route.
public enum Access: hearth_access, Sendable {
    /// Everybody; a token is not looked at.
    case everybody = 1
    /// Everybody; a valid token makes the user known.
    case optional = 2
    /// A user with a valid token.
    case user = 3
    /// An administrator.
    case admin = 4
}

/// What a route needs beyond its types. Each has a default.
public struct RouteOptions: Sendable {
    /// Further paths with the same parameters.
    public var aliases: [String] = []
    /// Errors that it answers, for the API description. 401, 403 and 422 follow from access and types.
    public var failures: [Failure] = []
    /// Until the host answers 504 in the plugin's place; nil for the host's default.
    public var deadline: Duration?
    /// The largest body in bytes; nil for the host's default.
    public var bodyLimit: Int?
    /// Requests a minute of one user, or one address when nobody is authenticated, 1 to 1,000,000, counted for this route alone;
    /// nil for the host's limit, which counts all such routes together.
    public var rateLimit: Int?
    /// Media types of the body, such as `image/*`; empty for JSON, or any when the body is bytes. Those of forms,
    /// `multipart/form-data` and `application/x-www-form-urlencoded`, fill an ``Input`` as JSON does.
    public var mediaTypes: [String] = []
    /// Media types that a success may have instead of JSON, such as `text/csv`, for the API description.
    public var answerTypes: [String] = []
    /// Whether the handler may block: it then runs from its beginning to its end on a thread of the host's bounded pool for
    /// such work, and clients get 503 while too many wait for one.
    public var isBlocking = false
    /// A longer text for the documentation.
    public var docs = ""

    /// - Parameters:
    ///   - aliases: Further paths with the same parameters.
    ///   - failures: Errors that it answers.
    ///   - deadline: Until the host answers 504 in the plugin's place.
    ///   - bodyLimit: The largest body in bytes.
    ///   - rateLimit: Requests a minute of one caller.
    ///   - mediaTypes: Media types of the body.
    ///   - answerTypes: Media types that a success may have instead of JSON.
    ///   - isBlocking: Whether the handler may block.
    ///   - docs: A longer text for the documentation.
    public init(
        aliases: [String] = [], failures: [Failure] = [], deadline: Duration? = nil, bodyLimit: Int? = nil,
        rateLimit: Int? = nil, mediaTypes: [String] = [], answerTypes: [String] = [], isBlocking: Bool = false, docs: String = ""
    ) {
        self.aliases = aliases
        self.failures = failures
        self.deadline = deadline
        self.bodyLimit = bodyLimit
        self.rateLimit = rateLimit
        self.mediaTypes = mediaTypes
        self.answerTypes = answerTypes
        self.isBlocking = isBlocking
        self.docs = docs
    }
}

/// A method of HTTP that a route serves.
public enum Method: String, Sendable {
    /// Reads.
    case get = "GET"
    /// Creates, or does something.
    case post = "POST"
    /// Replaces or changes.
    case put = "PUT"
    /// Changes a part.
    case patch = "PATCH"
    /// Removes.
    case delete = "DELETE"
}

/// Routes that share a tag and who may call them.
public struct Routes: Sendable {
    let registrar: Registrar
    let tag: String
    let access: Access

    /// Adds a route that answers a value as JSON. One declaration gives decoding, validation and the API description.
    ///
    /// - Parameters:
    ///   - method: Of HTTP.
    ///   - path: Below `/api`.
    ///   - summary: A few words for the documentation.
    ///   - query: The type of the query parameters.
    ///   - body: The type of the body: an ``Input``, `[UInt8]` or ``BodyStream``.
    ///   - status: What a success answers.
    ///   - options: What else.
    ///   - handler: Serves a request.
    public func route<Query: Input, Body: RequestBody, Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, query: Query.Type, body: Body.Type,
        status: Int = 200, options: RouteOptions = RouteOptions(),
        handler: @escaping @Sendable (Request<Query, Body>) async throws -> Result
    ) {
        let size = AnswerSize()
        add(method, path, summary, Query.self, Body.self, Result.self, status, options) { request in
            let result = try await handler(request)
            if Result.self == Nothing.self { return try await Reply.empty(status: status).send(to: request.context) }
            try ResponseBuffer.respond(request.context, status: status, headers: [], size: size) { result.write(to: &$0) }
        }
    }

    /// Adds a route that answers in a form of its own: other statuses, header fields, bytes, files, streams.
    ///
    /// - Parameters:
    ///   - method: Of HTTP.
    ///   - path: Below `/api`.
    ///   - summary: A few words for the documentation.
    ///   - query: The type of the query parameters.
    ///   - body: The type of the body: an ``Input``, `[UInt8]` or ``BodyStream``.
    ///   - documents: The type of a JSON answer, for the API description.
    ///   - status: What a success answers, for the API description.
    ///   - options: What else.
    ///   - handler: Serves a request.
    public func reply<Query: Input, Body: RequestBody, Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, query: Query.Type, body: Body.Type,
        documents: Result.Type, status: Int = 200, options: RouteOptions = RouteOptions(),
        handler: @escaping @Sendable (Request<Query, Body>) async throws -> Reply
    ) {
        add(method, path, summary, Query.self, Body.self, Result.self, status, options) { request in
            try await handler(request).send(to: request.context)
        }
    }

    private func add<Query: Input, Body: RequestBody, Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, _: Query.Type, _: Body.Type, _: Result.Type, _ status: Int,
        _ options: RouteOptions, _ serve: @escaping @Sendable (Request<Query, Body>) async throws -> Void
    ) {
        let format = Body.bodyFormat
        let operation = Operation(
            path: path, summary: summary, tag: tag, status: status, options: options,
            query: Query.self == Nothing.self ? nil : Query.self, body: Body.self == Nothing.self ? nil : format.description,
            result: Result.self == Nothing.self ? nil : Result.self)
        let pathNames = path.parameters.map(\.name)
        let queryMembers = Query.schema.members
        let endpoint = Endpoint(runtime: registrar.runtime, isBlocking: options.isBlocking) { incoming, context in
            let request = Request<Query, Body>(
                context: context, query: queryMembers.isEmpty ? Query() : try incoming.query(Query.self, queryMembers),
                body: try format.read(incoming, context), form: incoming.form,
                actor: incoming.actor,
                pathValues: PathValues(names: pathNames, texts: pathNames.isEmpty ? [] : incoming.pathTexts))
            try await serve(request)
        }
        registrar.add(endpoint, method, path, access, options, operation, isStreamed: format.isStreamed)
    }
}
