import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
import NIOSSL
public import ServiceLifecycle

/// The HTTP server.
///
/// At graceful shutdown it stops accepting, closes idle connections and lets requests in flight finish, for as long
/// as ``HTTPTimeouts/drain`` allows.
public struct HTTPServer: Service {
    /// Serves one request. It runs on the connection's event loop unless it goes elsewhere, so it must not block.
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
    ///   - respond: serves a request; its task is cancelled when the client disconnects
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
        let accessLog = configuration.accessLog ? AccessLog() : nil
        let answerer = Answerer(
            configuration: configuration, logger: logger, accessLog: accessLog, threadPool: .singleton, respond: respond)
        let tls = try configuration.tls.map(Self.context)
        let server = Server(
            childChannelSetup: HearthChannel(answerer: answerer, tls: tls),
            configuration: ServerConfiguration(
                address: configuration.bindAddress, serverName: nil, backlog: configuration.backlog,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections, logger: logger)),
            onServerRunning: { [configuration, started] channel in
                try? await channel.setOption(.maxMessagesPerRead, value: UInt(configuration.acceptBurst)).get()
                await started(channel.localAddress?.port)
            },
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        let flushing = accessLog.map { log in
            MultiThreadedEventLoopGroup.singleton.next().scheduleRepeatedTask(
                initialDelay: Self.logInterval, delay: Self.logInterval
            ) { _ in log.flush() }
        }
        let result = await Self.result { try await drainInTime(server) }
        flushing?.cancel()
        await accessLog?.close()
        do {
            try result.get()
        } catch let error as IOError {
            throw ListenError(configuration.address, error)
        }
    }

    private static let logInterval = TimeAmount.milliseconds(200)

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    /// Runs the server; after graceful shutdown has begun, for the drain time at most.
    private func drainInTime(_ server: Server<HearthChannel>) async throws {
        let drain = configuration.timeouts.drain
        let logger = logger
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await server.run()
                return true
            }
            group.addTask {
                // Sleeps until shutdown begins or the server has ended by itself.
                do {
                    try await gracefulShutdown()
                    try await Task.sleep(for: .nanoseconds(drain.nanoseconds))
                } catch {
                    return false
                }
                return false
            }
            if try await group.next() == false, !Task.isCancelled {
                logger.warning("Requests took longer than the drain time and are cut off")
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private static func context(_ files: HTTPServerConfiguration.TLS) throws -> NIOSSLContext {
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificatePath).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: files.keyPath, format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["h2", "http/1.1"]
        return try NIOSSLContext(configuration: tls)
    }
}

extension HTTPServerConfiguration {
    fileprivate var bindAddress: BindAddress {
        switch address {
        case .network(let host, let port): .hostname(host, port: port)
        case .unix(let path): .unixDomainSocket(path: path)
        }
    }
}
