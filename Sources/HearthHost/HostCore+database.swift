import HearthConfiguration
import HearthDatabase
import HearthJobs
import HearthThreads
import Logging

extension HostCore {
    /// Opens the database that the environment names.
    ///
    /// - Parameters:
    ///   - environment: what the operator decides
    ///   - logger: the host's log
    ///   - onStatement: sees the text of every statement
    /// - Throws: `ConfigurationErrors` in words for the operator, without the password
    static func openDatabase(
        _ environment: HostEnvironment, _ logger: Logger, _ onStatement: (@Sendable (String) -> Void)?
    ) async throws -> any Database {
        let onExpiredTransaction: @Sendable (ExpiredTransaction) -> Void = { expired in
            logger.warning(
                "A transaction was open for too long and is rolled back",
                metadata: ["plugin": "\(expired.owner)", "limit": "\(expired.limit)"])
        }
        switch environment.database {
        case .sqlite(let path):
            var configuration = SQLiteConfiguration(
                path: path, queueLimit: environment.databaseQueue, waitingLimit: .seconds(environment.databaseWaitSeconds))
            configuration.maximumTransactionDuration = environment.databaseTransactionLimit
            configuration.onStatement = onStatement
            configuration.onExpiredTransaction = onExpiredTransaction
            do throws(DatabaseError) {
                return try SQLiteDatabase(configuration)
            } catch {
                throw refusal("DATABASE_URL or HEARTH_DATA", error.message)
            }
        case .postgresql(let url):
            var configuration = environment.postgresConfiguration(url)
            configuration.onStatement = onStatement
            configuration.onExpiredTransaction = onExpiredTransaction
            let trouble = DatabaseTrouble(logger)
            configuration.onTrouble = { trouble.tell($0) }
            return try await openPostgres(configuration, waitingFor: .seconds(environment.databaseStartSeconds), logger)
        }
    }

    /// Connects, and waits for a server that is about to answer.
    private static func openPostgres(
        _ configuration: PostgresConfiguration, waitingFor limit: Duration, _ logger: Logger
    ) async throws -> PostgresDatabase {
        let end = Deadline.after(limit)
        var hasTold = false
        while true {
            do throws(DatabaseError) {
                let database = try await PostgresDatabase.open(configuration)
                if hasTold { logger.notice("The database answers") }
                return database
            } catch {
                guard mayCome(error), !end.hasPassed else {
                    let cure =
                        "; expected the address of a PostgreSQL that lets this user in, postgresql://USER:PASSWORD@HOST:PORT/NAME"
                    throw refusal("DATABASE_URL", error.message + (error.kind == .unavailable ? cure : ""))
                }
                if !hasTold {
                    logger.warning("Waiting for the database", metadata: ["reason": "\(error.message)", "limit": "\(limit)"])
                }
                hasTold = true
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Whether a server that cannot be reached may be there soon: a server that answers with a reason of its own has decided,
    /// unless it says that it is starting, stopping or full.
    private static func mayCome(_ error: DatabaseError) -> Bool {
        guard error.kind == .unavailable else { return false }
        let decided = ["FATAL:", "does not support SSL", "certificate", "no password supplied"]
        guard decided.contains(where: error.message.contains) else { return true }
        return ["the database system is", "too many clients", "remaining connection slots"].contains(
            where: error.message.contains)
    }

    private static func refusal(_ key: String, _ message: String) -> ConfigurationErrors {
        ConfigurationErrors([ConfigurationError(file: "environment", key: key, message: message)])
    }
}

extension HostCore {
    /// Lets the hosts on one PostgreSQL tell each other when there are jobs; nil where there is but one host, or a pooler between.
    func openChannel() throws -> PostgresChannel? {
        guard case .postgresql(let url) = environment.database else { return nil }
        guard !environment.databaseIsPooled || environment.databaseListenURL != nil else { return nil }
        var configuration = environment.postgresConfiguration(environment.databaseListenURL ?? url)
        configuration.usesNamedStatements = true
        let bell = services.jobs.store.bell
        let channel: PostgresChannel
        do throws(DatabaseError) {
            channel = try PostgresChannel("hearth_jobs", configuration) { bell.ringHere([$0]) }
        } catch {
            throw Self.refusal("DATABASE_LISTEN_URL", error.message)
        }
        bell.forward { channel.send($0) }
        return channel
    }
}

extension HostEnvironment {
    /// How long a transaction may stay open.
    var databaseTransactionLimit: Duration { .seconds(databaseTransactionSeconds) }

    /// What the variables say about PostgreSQL.
    fileprivate func postgresConfiguration(_ url: String) -> PostgresConfiguration {
        var configuration = PostgresConfiguration(
            address: url, user: databaseUser, password: databasePassword, database: databaseName,
            minimumConnections: databaseMinimumConnections, maximumConnections: databaseMaximumConnections,
            queueLimit: databaseQueue, waitingLimit: .seconds(databaseWaitSeconds))
        configuration.loops = databaseThreads
        configuration.connectLimit = .seconds(databaseConnectSeconds)
        configuration.maximumTransactionDuration = databaseTransactionLimit
        configuration.statementLimit = .seconds(databaseStatementSeconds)
        configuration.idleLimit = .seconds(databaseIdleSeconds)
        configuration.maximumAge = .seconds(databaseMaximumAgeSeconds)
        configuration.usesNamedStatements = !databaseIsPooled
        return configuration
    }
}
