/// The shorter forms of ``Routes/route(_:_:_:query:body:status:options:handler:)``, for routes that take less: a default
/// cannot stand in for a type that the handler names too.
extension Routes {
    /// As the full form, without body.
    public func route<Query: Input, Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, query: Query.Type, status: Int = 200,
        options: RouteOptions = RouteOptions(), handler: @escaping @Sendable (Request<Query, Nothing>) async throws -> Result
    ) {
        route(
            method, path, summary, query: query, body: Nothing.self, status: status, options: options, handler: handler)
    }

    /// As the full form, without query parameters.
    public func route<Body: RequestBody, Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, body: Body.Type, status: Int = 200,
        options: RouteOptions = RouteOptions(), handler: @escaping @Sendable (Request<Nothing, Body>) async throws -> Result
    ) {
        route(
            method, path, summary, query: Nothing.self, body: body, status: status, options: options, handler: handler)
    }

    /// As the full form, without query parameters and body.
    public func route<Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, status: Int = 200,
        options: RouteOptions = RouteOptions(), handler: @escaping @Sendable (Request<Nothing, Nothing>) async throws -> Result
    ) {
        route(
            method, path, summary, query: Nothing.self, body: Nothing.self, status: status, options: options, handler: handler)
    }

    /// As the full form, without body.
    public func reply<Query: Input, Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, query: Query.Type, documents: Result.Type, status: Int = 200,
        options: RouteOptions = RouteOptions(), handler: @escaping @Sendable (Request<Query, Nothing>) async throws -> Reply
    ) {
        reply(
            method, path, summary, query: query, body: Nothing.self, documents: documents, status: status, options: options,
            handler: handler)
    }

    /// As the full form, without query parameters.
    public func reply<Body: RequestBody, Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, body: Body.Type, documents: Result.Type, status: Int = 200,
        options: RouteOptions = RouteOptions(), handler: @escaping @Sendable (Request<Nothing, Body>) async throws -> Reply
    ) {
        reply(
            method, path, summary, query: Nothing.self, body: body, documents: documents, status: status, options: options,
            handler: handler)
    }

    /// As the full form, without query parameters and body.
    public func reply<Result: JSONEncodable>(
        _ method: Method, _ path: RoutePath, _ summary: String, documents: Result.Type, status: Int = 200,
        options: RouteOptions = RouteOptions(), handler: @escaping @Sendable (Request<Nothing, Nothing>) async throws -> Reply
    ) {
        reply(
            method, path, summary, query: Nothing.self, body: Nothing.self, documents: documents, status: status,
            options: options, handler: handler)
    }
}
