public import Logging
public import ServiceLifecycle

/// The HTTP server.
public struct HTTPServer: Service {
    /// Serves one request. It runs on the connection's event loop until it first suspends for something else, so it must not block.
    public typealias Respond = @Sendable (ServerRequest) async throws -> ServerResponse

    let configuration: HTTPServerConfiguration
    let logger: Logger
    let started: @Sendable (Int?) async -> Void
    let respond: Respond

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - configuration: where and how to listen
    ///   - logger: for the server's own messages
    ///   - started: called once connections are accepted, with the port (nil on a Unix socket)
    ///   - respond: serves a request; the task is cancelled when the client disconnects
    public init(
        configuration: HTTPServerConfiguration, logger: Logger, started: @escaping @Sendable (Int?) async -> Void = { _ in },
        respond: @escaping Respond
    ) {
        self.configuration = configuration
        self.logger = logger
        self.started = started
        self.respond = respond
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: when the address cannot be bound, or certificate and key cannot be read.
    public func run() async throws {
    }
}
