public import NIOCore

/// A request to somebody else's server.
public struct ClientRequest: Sendable {
    /// `GET`, `POST`, …
    public var method: String
    /// Absolute, as given.
    public var url: String
    /// In order. Host, Content-Length, Transfer-Encoding and Connection are the client's.
    public var headers: [(name: String, value: String)]
    /// What is sent.
    public var body: Body
    /// How long the whole may take, all attempts and redirects included; of a streamed response: until its head, and then for
    /// each piece.
    public var timeout: Duration
    /// How often it is tried at most.
    public var attempts: Int
    /// The most bytes of a response body.
    public var responseLimit: Int
    /// Whether trying it twice does no harm: by default of methods that promise it.
    public var isIdempotent: Bool
    /// Whether redirects are followed.
    public var followsRedirects: Bool

    /// What is sent with a request.
    public enum Body: Sendable {
        /// Bytes, which can be sent again.
        case bytes(ByteBuffer)
        /// Pieces, which can be sent once: a function that gives the next one, nil at the end.
        case stream(@Sendable () async throws -> ByteBuffer?)
    }

    /// - Parameters:
    ///   - method: `GET`, `POST`, …
    ///   - url: absolute
    ///   - headers: in order
    ///   - body: what is sent
    public init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: Body = .bytes(ByteBuffer())
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        timeout = Self.defaultTimeout
        attempts = Self.defaultAttempts
        responseLimit = Self.defaultResponseLimit
        isIdempotent = Self.idempotentMethods.contains(method)
        followsRedirects = true
    }

    /// How long a call may take unless it says otherwise.
    public static let defaultTimeout = Duration.seconds(30)
    /// How often a call is tried unless it says otherwise.
    public static let defaultAttempts = 3
    /// The most bytes of a response body unless the call says otherwise.
    public static let defaultResponseLimit = 10 << 20

    private static let idempotentMethods: Set<String> = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]
    private static let methods = idempotentMethods.union(["POST", "PATCH"])
    /// Fields that frame the message or belong to the connection.
    private static let ownFields: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect",
        "proxy-authorization", "proxy-connection",
    ]

    /// Refuses what no server should see.
    func check() throws(ClientError) {
        guard Self.methods.contains(method) else {
            throw ClientError(.invalid, "expected one of \(Self.methods.sorted().joined(separator: ", ")), not \"\(method)\"")
        }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken), !Self.ownFields.contains(name.lowercased()) else {
                throw ClientError(.invalid, "the header field \"\(name)\" is not the caller's, or no name")
            }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw ClientError(.invalid, "the header field \(name) has a value with control characters")
            }
        }
        guard timeout > .zero, attempts >= 1, responseLimit >= 0 else {
            throw ClientError(.invalid, "expected a time-out, at least one attempt and a size")
        }
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
