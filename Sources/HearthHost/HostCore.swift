import HearthCache
import HearthClient
import HearthConfiguration
import HearthDatabase
import HearthThreads
import Logging
import NIOCore

#if canImport(Glibc)
    import Glibc
#endif

/// What every command of the host works with: threads, the database, what plugins are offered.
struct HostCore: Sendable {
    let environment: HostEnvironment
    let services: HostServices
    private let watch: ContextWatch

    /// Opens the database and starts the threads.
    ///
    /// - Parameters:
    ///   - environment: what the operator decides
    ///   - clock: drives everything that depends on time
    ///   - logger: the host's log
    ///   - migrates: whether the host's own tables are brought up to date
    ///   - onStatement: sees the text of every statement, for tests that count them
    /// - Throws: `ConfigurationErrors` or `DatabaseError` in words for the operator
    static func open(
        _ environment: HostEnvironment, clock: any HostClock, logger: Logger, migrates: Bool = true,
        onStatement: (@Sendable (String) -> Void)? = nil
    ) async throws -> HostCore {
        guard FileSystem.makeFolder(environment.dataFolder) else {
            throw ConfigurationErrors([
                ConfigurationError(
                    file: "environment", key: "HEARTH_DATA", message: "the folder \(environment.dataFolder) cannot be made")
            ])
        }
        let workers = WorkerPool(threads: max(2, System.coreCount)) { stuck in
            guard let plugin = stuck.plugin else {
                // Nothing that an operator could change.
                return logger.debug("A worker thread is held by the host", metadata: ["replaced": "\(stuck.isReplaced)"])
            }
            logger.warning(
                "A worker thread is held for more than 100 ms: mark the route as blocking, or use run_blocking",
                metadata: [
                    "plugin": "\(plugin)", "work": "\(stuck.activity ?? "unknown")", "replaced": "\(stuck.isReplaced)",
                ])
        }
        workers.installForTasks()
        let transport: any ClientTransport
        let mail: MailSettings
        let cache: (any Cache)?
        let database: any Database
        do {
            transport = try openTransport(environment)
            mail = try MailSettings(environment, logger)
            cache = try await openCache(environment, logger)
            do {
                database = try await openDatabase(environment, logger, onStatement)
            } catch {
                await cache?.shutdown()
                throw error
            }
        } catch {
            workers.uninstallForTasks()
            workers.stop()
            throw error
        }
        let services = HostServices(
            logger: logger, clock: clock, database: database, cache: cache, transport: transport,
            dataFolder: environment.dataFolder, filesFolder: environment.filesFolder, workers: workers, blocking: BlockingPool(),
            mail: mail, jobLease: .seconds(environment.jobsLeaseSeconds),
            transactionLimit: environment.databaseTransactionLimit)
        do {
            if migrates { try await HostMigrations.withRunner(database, now: { clock.now }) { _ = try await $0.up() } }
        } catch {
            await services.cache.shutdown()
            await database.shutdown()
            throw error
        }
        services.metrics.collect {
            databaseMetrics(database) + cacheMetrics(services.cache) + realtimeMetrics(services.realtime)
                + ClientMetrics.circuits(services.client)
        }
        return HostCore(environment: environment, services: services, watch: ContextWatch(services.contexts, services.timers))
    }

    /// The accounts on this database.
    func accounts() async throws -> Accounts {
        let key = try environment.signingKey()
        let accounts = try await Accounts(
            Accounts.Settings(
                signingKey: key.bytes, tokenMinutes: environment.accessTokenMinutes, bcryptCost: environment.bcryptCost),
            database: services.database, extensions: services.userExtensions, ids: services.identifiers, clock: services.clock,
            logger: services.logger)
        services.directory = accounts
        return accounts
    }

    /// Closes the database and ends the threads.
    func close() async {
        watch.stop()
        await services.client.shutdown()
        await services.cache.shutdown()
        await services.database.shutdown()
        services.workers.uninstallForTasks()
        services.blocking.stop()
        services.workers.stop()
        services.close()
    }
}
