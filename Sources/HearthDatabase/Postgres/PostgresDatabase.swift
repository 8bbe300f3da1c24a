import HearthThreads
import Synchronization

/// PostgreSQL, and what speaks its protocol.
///
/// Calls of all threads travel over a few connections, several at a time on each; a transaction has a connection to itself.
/// Connections that are lost are replaced, and what only reads is then run again; whatever may have taken effect is not.
public final class PostgresDatabase: Database {
    /// PostgreSQL.
    public let dialect = Dialect.postgres
    /// Checks and translates statements.
    public let rules: SQLRules
    private let drivers: [PostgresDriver]
    private let next = Atomic<Int>(0)

    private init(rules: SQLRules, drivers: [PostgresDriver]) {
        self.rules = rules
        self.drivers = drivers
    }

    /// Connects to a database.
    ///
    /// Throws `DatabaseError` of kind `refused` for an address that cannot be read, `unavailable` with the reason when the
    /// server cannot be reached or does not let this user in. The password is in no message.
    public static func open(_ configuration: PostgresConfiguration) async throws(DatabaseError) -> PostgresDatabase {
        let address = try PostgresAddress(configuration)
        let rules = SQLRules(dialect: .postgres)
        let count = max(1, min(configuration.loops, configuration.maximumConnections))
        var limits = PostgresPoolLimits()
        limits.minimum = max(1, configuration.minimumConnections / count)
        limits.maximum = max(1, configuration.maximumConnections / count)
        limits.waiting = configuration.waitingLimit
        limits.connect = configuration.connectLimit
        limits.idle = configuration.idleLimit
        limits.age = configuration.maximumAge
        var drivers: [PostgresDriver] = []
        for _ in 0..<count {
            do throws(DatabaseError) {
                let driver = try PostgresDriver(configuration, address: address, rules: rules, limits: limits)
                drivers.append(driver)
                let error = await withCheckedContinuation { continuation in
                    driver.start { continuation.resume(returning: $0) }
                }
                if let error { throw error }
            } catch {
                for driver in drivers { await shutdown(driver) }
                throw error
            }
        }
        return PostgresDatabase(rules: rules, drivers: drivers)
    }

    deinit {
        for driver in drivers { driver.shutdown {} }
    }

    private var driver: PostgresDriver {
        guard drivers.count > 1 else { return drivers[0] }
        return drivers[Int(UInt(bitPattern: next.add(1, ordering: .relaxed).oldValue) % UInt(drivers.count))]
    }

    /// As the protocol states.
    @discardableResult
    public func run(
        _ statements: [Statement], scope: TableScope, deadline: Deadline?, completion: @escaping ResultsCompletion
    ) -> any Cancellation {
        let checked = rules.checked(statements, scope: scope)
        if case .failure(let error) = checked {
            completion(.failure(error))
            return FinishedCall.instance
        }
        let driver = driver
        return start(
            PostgresCall(
                .statements(completion), statements: statements, checked: checked, deadline: deadline, driver: driver), driver)
    }

    /// As the protocol states.
    @discardableResult
    public func begin(
        _ options: TransactionOptions, deadline: Deadline?, completion: @escaping BeginCompletion
    ) -> any Cancellation {
        let driver = driver
        return start(PostgresCall(.begin(options, completion), deadline: deadline, driver: driver), driver)
    }

    private func start(_ call: PostgresCall, _ driver: PostgresDriver) -> any Cancellation {
        if let error = driver.submit(call) { call.finish(error) }
        return call
    }

    /// As the protocol states.
    public func check(deadline: Deadline?) async throws(DatabaseError) {
        _ = try await query("SELECT 1", columns: [DatabaseType.integer], scope: .host, deadline: deadline)
    }

    /// What the connections are doing.
    public var statistics: PostgresStatistics {
        drivers.reduce(PostgresStatistics()) { $0 + $1.statistics }
    }

    /// As the protocol states.
    public func shutdown() async {
        for driver in drivers { await Self.shutdown(driver) }
    }

    private static func shutdown(_ driver: PostgresDriver) async {
        await withCheckedContinuation { continuation in driver.shutdown { continuation.resume() } }
    }
}
