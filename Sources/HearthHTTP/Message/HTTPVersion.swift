/// The protocol version that a request came in.
public enum HTTPVersion: String, Sendable, Equatable {
    /// HTTP/1.0: a connection for each request unless the client asks to keep it.
    case http1_0 = "HTTP/1.0"
    /// HTTP/1.1.
    case http1_1 = "HTTP/1.1"
    /// HTTP/2, under TLS only.
    case http2 = "HTTP/2.0"
}
