public import HTTPTypes

/// A request as the transport hands it on: checked for form and size, its body perhaps still on the way.
///
/// The task that serves it is cancelled when the client disconnects.
public struct ServerRequest: Sendable {
    /// The request id: the client's `X-Request-ID` when that is sane, else a new one. Sent back with every answer.
    public var id: String
    /// The method as sent; `HEAD` stays `HEAD`.
    public var method: HTTPRequest.Method
    /// The path as sent, percent-encoded, without the query. Always begins with a slash, except for `OPTIONS *`.
    public var path: String
    /// The query as sent, without the question mark; empty when there is none.
    public var query: String
    /// The header fields, without `Host` (see ``authority``).
    public var headers: HTTPFields
    /// The host and port that the client asked for.
    public var authority: String?
    /// The body.
    public var body: RequestBody
    /// The IP address of who sent it: the peer's, or what a trusted proxy says. nil on a Unix socket.
    public var remoteAddress: String?
    /// `http` or `https`.
    public var scheme: String
    /// The protocol version.
    public var version: HTTPVersion
    /// What becomes known while the request is served.
    public let notes: RequestNotes

    /// Creates a request; outside the transport only tests need to.
    ///
    /// - Parameters:
    ///   - id: the request id
    ///   - method: the method
    ///   - path: the percent-encoded path
    ///   - query: the query without question mark
    ///   - headers: the header fields
    ///   - authority: host and port asked for
    ///   - body: the body
    ///   - remoteAddress: the IP address of who sent it
    ///   - scheme: `http` or `https`
    ///   - version: the protocol version
    public init(
        id: String, method: HTTPRequest.Method, path: String, query: String = "", headers: HTTPFields = [:],
        authority: String? = nil, body: RequestBody = .empty, remoteAddress: String? = nil, scheme: String = "http",
        version: HTTPVersion = .http1_1
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.authority = authority
        self.body = body
        self.remoteAddress = remoteAddress
        self.scheme = scheme
        self.version = version
        self.notes = RequestNotes()
    }
}
