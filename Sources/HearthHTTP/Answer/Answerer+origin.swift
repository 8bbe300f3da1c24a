import HTTPTypes

extension Answerer {
    /// The answer to a CORS preflight from an allowed origin; nil for every other request.
    func preflight(_ request: ServerRequest, _ notable: NotableFields) -> ServerResponse? {
        guard request.method == .options, notable.contains(.origin), let origin = request.headers[.origin],
            configuration.cors.allows(origin), request.headers.contains(.accessControlRequestMethod)
        else { return nil }
        var headers: HTTPFields = [
            .accessControlAllowMethods: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
            .accessControlMaxAge: String(configuration.cors.maximumAge),
        ]
        if let wanted = request.headers[.accessControlRequestHeaders] { headers[.accessControlAllowHeaders] = wanted }
        return ServerResponse(status: .noContent, headers: headers)
    }

    /// Lets an allowed origin read the answer.
    func applyOrigin(_ answer: inout PreparedAnswer, _ request: ServerRequest, _ notable: NotableFields) {
        let policy = configuration.cors
        guard !policy.origins.isEmpty else { return }
        answer.variesByOrigin = !policy.allowsAll
        guard notable.contains(.origin), let origin = request.headers[.origin], policy.allows(origin) else { return }
        answer.headers[.accessControlAllowOrigin] = policy.allowsAll ? "*" : origin
        answer.headers[.accessControlExposeHeaders] =
            "ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
        if policy.credentials, !policy.allowsAll { answer.headers[.accessControlAllowCredentials] = "true" }
    }
}
