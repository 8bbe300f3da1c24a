public import NIOCore

/// How a server listens, and what it puts up with.
public struct HTTPServerConfiguration: Sendable {
    /// Where to listen.
    public enum Address: Sendable, Equatable {
        /// A host name or IP address, and a port; 0 takes a free one.
        case network(host: String, port: Int)
        /// A Unix socket; an existing socket file is replaced.
        case unix(path: String)
    }

    /// Certificate and key in PEM files.
    public struct TLS: Sendable, Equatable {
        /// The certificate chain, the server's own first.
        public var certificatePath: String
        /// The private key.
        public var keyPath: String

        /// Creates a pair of paths.
        public init(certificatePath: String, keyPath: String) {
            self.certificatePath = certificatePath
            self.keyPath = keyPath
        }
    }

    /// Where to listen.
    public var address: Address
    /// TLS 1.2 or later and, by ALPN, HTTP/2; nil serves plain HTTP/1.1.
    public var tls: TLS?
    /// Connections that may wait to be accepted.
    public var backlog = 4096
    /// Connections accepted in one go.
    public var acceptBurst = 256
    /// Open connections; more wait in the backlog.
    public var maximumConnections = 10_000
    /// Limits in bytes.
    public var limits = HTTPLimits()
    /// Limits in time.
    public var timeouts = HTTPTimeouts()
    /// Which foreign origins browsers may call from.
    public var cors = CORSPolicy()
    /// Which proxies are believed when they say who sent a request.
    public var trustedProxies = TrustedProxies.none
    /// Whether a line is written for each request.
    public var accessLog = true
    /// Whether large answers are compressed.
    public var compression = true
    /// The `Server` header field.
    public var serverName = "Hearth"

    /// Creates a configuration with the defaults.
    ///
    /// - Parameters:
    ///   - address: where to listen
    ///   - tls: certificate and key
    public init(address: Address = .network(host: "127.0.0.1", port: 8000), tls: TLS? = nil) {
        self.address = address
        self.tls = tls
    }
}

/// The most that a request may measure.
public struct HTTPLimits: Sendable, Equatable {
    /// Bytes of the request target; more is 414.
    public var target = 8 * 1024
    /// Bytes of one header field; more is 431.
    public var headerField = 16 * 1024
    /// Bytes of all header fields together; more is 431.
    public var headerList = 32 * 1024
    /// Number of header fields; more is 431.
    public var headerCount = 100
    /// Bytes of any body, whatever a route allows; more is 413.
    public var body = 64 * 1024 * 1024

    /// Creates the defaults.
    public init() {}
}

/// How long clients may take.
public struct HTTPTimeouts: Sendable, Equatable {
    /// From the first byte of a request, or from connecting, to the end of its header fields; then 408.
    public var header: TimeAmount = .seconds(10)
    /// Time for a body beyond what ``minimumBodyRate`` gives it; then 408.
    public var bodyGrace: TimeAmount = .seconds(10)
    /// Bytes a second that a body must arrive with on average.
    public var minimumBodyRate = 1024
    /// Between two requests on a connection; then it is closed.
    public var idle: TimeAmount = .seconds(75)
    /// How long a client may take no byte of an answer; then the connection is closed.
    public var write: TimeAmount = .seconds(30)
    /// After an error, how long to wait for the client to read the answer and hang up.
    public var linger: TimeAmount = .seconds(2)
    /// At shutdown, how long requests in flight may take; then they are cut off.
    public var drain: TimeAmount = .seconds(25)

    /// Creates the defaults.
    public init() {}
}
