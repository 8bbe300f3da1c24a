import HTTPTypes
import HearthHTTP
import Logging
import NIOCore
import ServiceLifecycle

/// A server on a free port, for the length of a test.
struct TestServer: Sendable {
    let port: Int
    private let group: ServiceGroup

    /// Begins graceful shutdown.
    func shutDown() async {
        await group.triggerGracefulShutdown()
    }

    func connect() async throws -> RawConnection {
        try await RawConnection(port: port)
    }

    /// Sends a request on a connection of its own and reads the answer.
    func exchange(_ request: String, hasBody: Bool = true) async throws -> RawConnection.Response {
        let connection = try await connect()
        try await connection.send(request)
        return try await connection.response(hasBody: hasBody)
    }

    /// `GET` on a connection of its own.
    func get(_ path: String, _ fields: String...) async throws -> RawConnection.Response {
        let lines = fields.map { $0 + "\r\n" }.joined()
        return try await exchange("GET \(path) HTTP/1.1\r\nHost: test\r\n\(lines)\r\n")
    }

    /// Runs a server, then `body`, then ends the server gracefully; returns when it has ended.
    static func run<Result: Sendable>(
        configure: (inout HTTPServerConfiguration) -> Void = { _ in },
        respond: @escaping HTTPServer.Respond = Self.echo,
        _ body: @escaping @Sendable (TestServer) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPServerConfiguration(address: .network(host: "127.0.0.1", port: 0))
        configuration.accessLog = false
        configure(&configuration)
        let (ports, port) = AsyncStream<Int>.makeStream()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = HTTPServer(
            configuration: configuration, logger: logger, started: { port.yield($0 ?? 0) }, respond: respond)
        let group = ServiceGroup(services: [server], logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { port.finish() }
                try await group.run()
            }
            guard let number = await ports.first(where: { _ in true }) else {
                try await tasks.waitForAll()
                throw RawConnection.Failure(what: "the server did not start")
            }
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(try await body(TestServer(port: number, group: group)))
            } catch {
                outcome = .failure(error)
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return try outcome.get()
        }
    }

    /// Answers with what it was asked.
    static let echo: HTTPServer.Respond = { request in
        let body = try await request.body.collect(upTo: 1_000_000)
        var text = ByteBuffer(string: "\(request.method.rawValue) \(request.path) \(request.query) ")
        text.writeImmutableBuffer(body)
        return ServerResponse(headers: [.contentType: "text/plain; charset=utf-8"], body: .bytes(text))
    }
}
