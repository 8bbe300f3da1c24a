public import HTTPTypes

/// An error for the client: everything in it is shown. Whatever else is thrown becomes 500 `Internal server error`.
///
/// It is answered as `{"detail", "request_id"}`, with `errors` beside it when given, or as `application/problem+json`
/// when the client prefers that.
public struct HTTPError: Error, Sendable {
    /// The status, 400 to 599.
    public var status: HTTPResponse.Status
    /// One sentence for people.
    public var detail: String
    /// A JSON array of `{"loc", "msg", "type"}`, for 422.
    public var errors: String?
    /// Further header fields.
    public var headers: HTTPFields

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - status: 400 to 599
    ///   - detail: one sentence for people; the status phrase when nil
    ///   - errors: a JSON array of `{"loc", "msg", "type"}`
    ///   - headers: further header fields
    public init(_ status: HTTPResponse.Status, _ detail: String? = nil, errors: String? = nil, headers: HTTPFields = [:]) {
        self.status = status
        self.detail = detail ?? status.reasonPhrase
        self.errors = errors
        self.headers = headers
    }

    /// 401. The answer carries `WWW-Authenticate: Bearer`, with `error="invalid_token"` when the request had a token.
    public static func unauthorized(_ detail: String = "Not authenticated") -> HTTPError {
        HTTPError(.unauthorized, detail)
    }

    /// 405 with `Allow`.
    ///
    /// - Parameter allow: the methods that the path has
    public static func methodNotAllowed(allow: [String]) -> HTTPError {
        HTTPError(.methodNotAllowed, "Method not allowed", headers: [.allow: allow.joined(separator: ", ")])
    }

    /// 503, with `Retry-After` when given.
    ///
    /// - Parameter retryAfter: seconds
    public static func unavailable(_ detail: String = "Service unavailable", retryAfter: Int? = nil) -> HTTPError {
        HTTPError(.serviceUnavailable, detail, headers: retryFields(retryAfter))
    }

    /// 429, with `Retry-After` when given.
    ///
    /// - Parameter retryAfter: seconds
    public static func tooManyRequests(_ detail: String = "Too many requests", retryAfter: Int? = nil) -> HTTPError {
        HTTPError(.tooManyRequests, detail, headers: retryFields(retryAfter))
    }

    /// 413.
    ///
    /// - Parameter limit: the most bytes that the route takes
    public static func bodyTooLarge(limit: Int) -> HTTPError {
        HTTPError(.contentTooLarge, "The body is larger than \(limit) bytes")
    }

    private static func retryFields(_ seconds: Int?) -> HTTPFields {
        guard let seconds else { return [:] }
        return [.retryAfter: String(seconds)]
    }
}
