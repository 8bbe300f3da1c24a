import CHearth
public import HearthConfiguration
import HearthDatabase
import HearthFiles
import HearthHTTP
import HearthJobs
public import Logging
import NIOCore
public import ServiceLifecycle

/// The whole server: puts the parts together, runs them, and takes them down in order.
public final class Host: Service {
    /// The version of the product.
    public static let version = "0.1.0"
    /// The version of the frozen core of the interface that it speaks.
    public static let interfaceVersion: UInt32 = HEARTH_ABI

    private let environment: HostEnvironment
    private let variables: [String: String]
    private let clock: any HostClock
    private let logger: Logger
    private let onStatement: (@Sendable (String) -> Void)?
    private let onReady: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - environment: what the operator decides
    ///   - variables: the environment's variables, for the secret settings of plugins
    ///   - clock: drives everything that depends on time
    ///   - logger: the host's log
    ///   - onReady: called with the port once requests are served
    public convenience init(
        _ environment: HostEnvironment, variables: [String: String], clock: any HostClock = SystemClock(), logger: Logger,
        onReady: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.init(environment, variables: variables, clock: clock, logger: logger, onStatement: nil, onReady: onReady)
    }

    /// As above, for tests that count what a request asks of the database.
    package init(
        _ environment: HostEnvironment, variables: [String: String], clock: any HostClock, logger: Logger,
        onStatement: (@Sendable (String) -> Void)?, onReady: @escaping @Sendable (Int) -> Void
    ) {
        self.environment = environment
        self.variables = variables
        self.clock = clock
        self.logger = logger
        self.onStatement = onStatement
        self.onReady = onReady
    }

    /// Serves until graceful shutdown: requests in flight finish, then plugins are drained and stopped, then the database closes.
    ///
    /// - Throws: what refuses the start, in words for the operator
    public func run() async throws {
        for warning in environment.warnings { logger.warning("\(warning)") }
        let core = try await HostCore.open(environment, clock: clock, logger: logger, onStatement: onStatement)
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
        let catalogue = try core.catalogue(accounts, document)
        let deliveries = EventDeliveries(
            jobs: core.services.jobs.runner, events: core.services.events,
            webhooks: WebhookSender(core.services, privateNetworks: environment.webhookPrivateNetworks),
            transactionSeconds: environment.databaseTransactionSeconds)
        core.services.outbox = deliveries
        let loader = PluginLoader(
            services: core.services, conf: try PluginsConf(contentsOf: environment.pluginsConf), environment: variables,
            hostMembers: UserObject.members)
        let loaded = try await loader.load(into: catalogue)
        document.set(core.document(loaded, accounts))
        let realtime = core.services.realtime
        let sessions = core.services.sessions
        sessions.check { try await accounts.isValid($0) }
        accounts.follow { sessions.changed($0) }
        let answers = IdempotentAnswers(database: core.services.database, clock: clock, logger: logger)
        let dispatcher = Dispatcher(
            loaded.catalogue, authenticator: accounts,
            limits: RequestReader.Limits(
                json: environment.jsonBodyLimit, body: environment.bodyLimit, depth: environment.jsonDepthLimit),
            defaultDeadline: .seconds(environment.requestDeadlineSeconds),
            limiter: environment.rateLimit
                ? RequestLimiter(
                    cache: core.services.cache, limits: RateLimits(environment), metrics: core.services.metrics) : nil,
            answers: answers)
        let server = HTTPServer(
            configuration: try environment.serverConfiguration(), logger: logger,
            started: { [onReady] port in onReady(port ?? 0) },
            respond: { try await dispatcher.respond($0) })
        let channel = try core.openChannel()
        defer { channel?.shutdown() }
        let result = await Self.result {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await accounts.run() }
                try await deliveries.start(now: clock.now)
                group.addTask { try await realtime.run() }
                group.addTask { await core.services.jobs.runner.run() }
                group.addTask { await core.services.files.run() }
                group.addTask { await answers.run() }
                // All of them go on as long as requests are served, those in flight included.
                defer { group.cancelAll() }
                let served = await Self.result { try await server.run() }
                // Before the runner ends: what runs may end too, and is given back otherwise.
                await core.services.jobs.runner.close(waiting: .seconds(environment.drainSeconds))
                try served.get()
            }
        }
        await loader.tearDown(loaded.plugins) { await core.services.waitForContexts(atMost: .seconds(environment.drainSeconds)) }
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

extension HostEnvironment {
    /// How the transport listens, and what it puts up with.
    ///
    /// - Throws: `ConfigurationErrors` when a trusted proxy is none
    func serverConfiguration() throws -> HTTPServerConfiguration {
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
        guard let proxies = TrustedProxies(trustedProxies) else {
            throw ConfigurationErrors([
                ConfigurationError(
                    file: "environment", key: "TRUSTED_PROXIES",
                    message: "expected addresses and networks such as 10.0.0.0/8, separated by commas, "
                        + "not \"\(trustedProxies.joined(separator: ","))\"")
            ])
        }
        configuration.trustedProxies = proxies
        return configuration
    }
}
