public import HTTPTypes
public import HearthHTTP
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Somebody else's HTTP server, on a free loopback port: answers as a test says, and remembers what it was asked.
public final class LocalHTTPServer: Sendable {
    /// What it was asked.
    public struct Request: Sendable {
        /// Its method.
        public let method: String
        /// Its path with the query.
        public let target: String
        /// Its header fields; the host stands in `authority`.
        public let headers: HTTPFields
        /// What it calls the server.
        public let authority: String?
        /// Its whole body.
        public let body: String
    }

    /// Where it listens.
    public let port: Int
    private let group: ServiceGroup
    private let running: Task<Void, any Error>
    private let record: Record

    /// Its address as `http://127.0.0.1:PORT`.
    public var base: String { "http://127.0.0.1:\(port)" }

    /// What it was asked so far.
    public var requests: [Request] { record.all }

    /// Starts a server, runs a test and stops the server.
    ///
    /// - Parameters:
    ///   - port: where it listens; 0: on a free one
    ///   - tls: certificate and key, PEM files; nil: plain HTTP
    ///   - answer: answers a request; the number counts requests from 1
    ///   - test: is given the server
    public static func run<R>(
        port: Int = 0, tls: (certificate: String, key: String)? = nil,
        answer: @escaping @Sendable (Request, Int) async throws -> ServerResponse,
        _ test: (LocalHTTPServer) async throws -> R
    ) async throws -> R {
        let server = try await LocalHTTPServer(port: port, tls: tls, answer: answer)
        let result: Result<R, any Error>
        do { result = .success(try await test(server)) } catch { result = .failure(error) }
        await server.group.triggerGracefulShutdown()
        _ = await server.running.result
        return try result.get()
    }

    private init(
        port: Int, tls: (certificate: String, key: String)?,
        answer: @escaping @Sendable (Request, Int) async throws -> ServerResponse
    ) async throws {
        var configuration = HTTPServerConfiguration(address: .network(host: "127.0.0.1", port: port))
        configuration.accessLog = false
        configuration.timeouts.drain = .seconds(1)
        if let tls { configuration.tls = .init(certificatePath: tls.certificate, keyPath: tls.key) }
        var logger = Logger(label: "local-server")
        logger.logLevel = .critical
        let ready = AsyncStream.makeStream(of: Int.self)
        let record = Record()
        let server = HTTPServer(
            configuration: configuration, logger: logger, started: { ready.continuation.yield($0 ?? 0) },
            respond: { request in
                let body = try await request.body.collect(upTo: 64 << 20)
                let seen = Request(
                    method: request.method.rawValue, target: request.path + (request.query.isEmpty ? "" : "?" + request.query),
                    headers: request.headers, authority: request.authority, body: String(buffer: body))
                return try await answer(seen, record.add(seen))
            })
        let group = ServiceGroup(services: [server], logger: logger)
        running = Task {
            defer { ready.continuation.finish() }
            try await group.run()
        }
        guard let port = await ready.stream.first(where: { _ in true }) else {
            try await running.value
            throw ServerCommand.Failure(description: "the HTTP server does not start")
        }
        self.port = port
        self.group = group
        self.record = record
    }

    private final class Record: Sendable {
        private let requests = Mutex<[Request]>([])

        var all: [Request] { requests.withLock { $0 } }

        func add(_ request: Request) -> Int {
            requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
        }
    }
}
