import HearthConfiguration
import NIOCore
import Synchronization

extension HostCore {
    /// The host's own routes, to which plugins add theirs.
    ///
    /// - Parameters:
    ///   - accounts: serves the accounts
    ///   - document: serves the API description
    func catalogue(_ accounts: Accounts, _ document: DocumentHolder) throws -> RouteCatalogue {
        let health = HealthRoutes(
            environment: environment.kind.rawValue, version: Host.version, database: services.database,
            redis: environment.redisURL == nil ? nil : services.cache, board: services.health)
        var catalogue = RouteCatalogue()
        try catalogue.add(
            accounts.routes + WebhookRoutes(services, privateNetworks: environment.webhookPrivateNetworks).routes + health.routes
                + AuditRoutes(database: services.database).routes
                + statistics.routes + JobRoutes(services.jobs).routes + MetricsRoutes.routes(services.metrics)
                + DescriptionRoutes.routes { document.text } + RealtimeRoutes.routes(services.realtime, clock: services.clock),
            schemas: accounts.components.merging(HealthRoutes.components) { own, _ in own }
                .merging(AuditRoutes.components) { own, _ in own }
                .merging(WebhookRoutes.components) { own, _ in own }.merging(statistics.components) { own, _ in own },
            owner: "host")
        return catalogue
    }

    /// The API description of the host with these plugins.
    func document(_ loaded: PluginLoader.Loaded, _ accounts: Accounts) -> OpenAPIDocument {
        OpenAPIDocument(
            title: HealthRoutes.name, version: Host.version, endpoints: loaded.catalogue.endpoints,
            // What plugins add is known now, so the user object and the statistics are described with it.
            components: loaded.catalogue.components.merging(accounts.components) { _, own in own }
                .merging(statistics.components) { _, own in own })
    }

    private var statistics: StatisticsRoutes { StatisticsRoutes(database: services.database, plugins: services.statistics) }
}

/// The API description, which is complete only when all plugins have registered.
final class DocumentHolder: Sendable {
    private let buffer = Mutex(ByteBuffer())

    var text: ByteBuffer { buffer.withLock { $0 } }

    func set(_ document: OpenAPIDocument) {
        let text = ByteBuffer(string: document.text)
        buffer.withLock { $0 = text }
    }
}
