public import HTTPTypes
public import NIOCore

/// An answer. The transport adds the request id, `Date`, security and CORS header fields, length, entity tag and compression.
public struct ServerResponse: Sendable {
    /// Where the bytes come from.
    public enum Body: Sendable {
        /// No body.
        case empty
        /// A body in memory.
        case bytes(ByteBuffer)
        /// A body written as it comes; with `length` in bytes when that is known. Once writing has begun an error can
        /// only break the connection.
        case stream(length: Int?, write: @Sendable (ResponseStream) async throws -> Void)
        /// A file on disk, with ranges and conditional requests. A missing file becomes 404.
        case file(path: String)
        /// Bytes that are read as they are sent, with ranges and conditional requests.
        case content(any RangedContent)
    }

    /// The status.
    public var status: HTTPResponse.Status
    /// The header fields.
    public var headers: HTTPFields
    /// The body.
    public var body: Body

    /// Creates an answer.
    ///
    /// - Parameters:
    ///   - status: the status
    ///   - headers: the header fields
    ///   - body: the body
    public init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Creates an answer in JSON.
    ///
    /// - Parameters:
    ///   - status: the status
    ///   - json: the JSON text
    public static func json(_ json: ByteBuffer, status: HTTPResponse.Status = .ok) -> ServerResponse {
        ServerResponse(status: status, headers: [.contentType: "application/json"], body: .bytes(json))
    }

    /// Creates an answer in plain text.
    ///
    /// - Parameters:
    ///   - status: the status
    ///   - text: the text
    public static func text(_ text: String, status: HTTPResponse.Status = .ok) -> ServerResponse {
        ServerResponse(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"], body: .bytes(ByteBuffer(string: text)))
    }
}
