public import HearthConfiguration
import HearthDatabase
import HearthHTTP
import HearthJSON
public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

/// The whole server: puts the parts together, runs them, and takes them down in order.
public final class Host: Service {
    /// The version of the product.
    public static let version = "0.1.0"

    private let environment: HostEnvironment
    private let variables: [String: String]
    private let clock: any HostClock
    private let logger: Logger
    private let onReady: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - environment: what the operator decides
    ///   - variables: the environment's variables, for the secret settings of plugins
    ///   - clock: drives everything that depends on time
    ///   - logger: the host's log
    ///   - onReady: called with the port once requests are served
    public init(
        _ environment: HostEnvironment, variables: [String: String], clock: any HostClock = SystemClock(), logger: Logger,
        onReady: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.environment = environment
        self.variables = variables
        self.clock = clock
        self.logger = logger
        self.onReady = onReady
    }

    /// Serves until graceful shutdown: requests in flight finish, then plugins are drained and stopped, then the database closes.
    ///
    /// - Throws: what refuses the start, in words for the operator
    public func run() async throws {
        for warning in environment.warnings { logger.warning("\(warning)") }
        let core = try await HostCore.open(environment, clock: clock, logger: logger)
        let result: Result<Void, any Error>
        do {
            try await serve(core)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await core.close()
        try result.get()
    }

    private func serve(_ core: HostCore) async throws {
        let accounts = try await core.accounts()
        let document = DocumentHolder()
        let health = HealthRoutes(
            environment: environment.kind.rawValue, version: Self.version, database: core.services.database,
            board: core.services.health)
        var catalogue = RouteCatalogue()
        try catalogue.add(
            accounts.routes + health.routes + MetricsRoutes.routes(core.services.metrics)
                + DescriptionRoutes.routes { document.text },
            schemas: accounts.components.merging(HealthRoutes.components) { own, _ in own }, owner: "host")
        let loader = PluginLoader(
            services: core.services, conf: try PluginsConf(contentsOf: environment.pluginsConf), environment: variables,
            hostMembers: UserObject.members)
        let loaded = try await loader.load(into: catalogue)
        document.set(
            OpenAPIDocument(
                title: HealthRoutes.name, version: Self.version, endpoints: loaded.catalogue.endpoints,
                // Facets are known now, so the user object is described with them.
                components: loaded.catalogue.components.merging(accounts.components) { _, own in own }))
        let dispatcher = Dispatcher(
            loaded.catalogue, authenticator: accounts,
            limits: RequestReader.Limits(
                json: environment.jsonBodyLimit, body: environment.bodyLimit, depth: environment.jsonDepthLimit),
            defaultDeadline: .seconds(environment.requestDeadlineSeconds))
        let server = HTTPServer(
            configuration: environment.serverConfiguration, logger: logger,
            started: { [onReady] port in onReady(port ?? 0) },
            respond: { try await dispatcher.respond($0) })
        let result = await Self.result {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await accounts.run() }
                // The accounts look for news of other hosts as long as requests are served, those in flight included.
                defer { group.cancelAll() }
                try await server.run()
            }
        }
        await loader.tearDown(loaded.plugins) { await core.waitForContexts(atMost: .seconds(environment.drainSeconds)) }
        try result.get()
    }

    private static func result(_ body: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

/// The API description, which is complete only when all plugins have registered.
private final class DocumentHolder: Sendable {
    private let buffer = Mutex(ByteBuffer())

    var text: ByteBuffer { buffer.withLock { $0 } }

    func set(_ document: OpenAPIDocument) {
        let text = ByteBuffer(string: document.text)
        buffer.withLock { $0 = text }
    }
}

extension HostEnvironment {
    /// How the transport listens, and what it puts up with.
    var serverConfiguration: HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration(address: .network(host: host, port: port))
        if let tlsCertificate, let tlsKey {
            configuration.tls = HTTPServerConfiguration.TLS(certificatePath: tlsCertificate, keyPath: tlsKey)
        }
        configuration.limits.target = urlLimit
        configuration.limits.headerList = headerLimit
        configuration.timeouts.header = .seconds(Int64(headerSeconds))
        configuration.timeouts.bodyGrace = .seconds(Int64(bodySeconds))
        configuration.timeouts.idle = .seconds(Int64(idleSeconds))
        configuration.timeouts.drain = .seconds(Int64(drainSeconds))
        configuration.cors = CORSPolicy(origins: corsOrigins)
        configuration.accessLog = accessLog
        return configuration
    }
}
