import AsyncHTTPClient
import Foundation
import HearthConfiguration
import HearthHost
import Logging
import ServiceLifecycle
import Synchronization
import TestServers

/// A whole host in this process: real sockets, real loaded libraries, a data folder and a database of its own, a clock that
/// stands still.
final class TestHost: Sendable {
    /// The clock of the host.
    let clock: ManualClock
    /// Where it listens.
    let port: Int
    /// What it has logged so far.
    let log: LogRecord
    /// What it has asked of its database.
    let statements: StatementRecord
    /// The environment that it was started with.
    let variables: [String: String]
    /// Its data folder; a second host on it has the same database.
    let dataFolder: String

    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// 2026-11-20 12:00 UTC, a Friday.
    static let noon: Int64 = 1_795_176_000_000_000

    /// Starts a host.
    ///
    /// - Parameters:
    ///   - plugins: Ids of plugins to enable, with lines for their tables in `plugins.conf`, such as `on_error = "skip"`.
    ///   - environment: Variables beyond the defaults of tests.
    ///   - dataFolder: The folder of an earlier host; nil for a new one.
    ///   - clock: The clock; nil for one that stands at noon.
    /// - Throws: Why the start was refused.
    static func start(
        plugins: KeyValuePairs<String, String> = ["habits": ""], environment: [String: String] = [:], dataFolder: String? = nil,
        clock: ManualClock? = nil
    ) async throws -> TestHost {
        try await start(tables: Array(plugins), environment: environment, dataFolder: dataFolder, clock: clock)
    }

    /// Starts a host with plugins that are chosen while the test runs.
    static func start(
        tables: [(key: String, value: String)], environment: [String: String] = [:], dataFolder: String? = nil,
        clock: ManualClock? = nil
    ) async throws -> TestHost {
        let folder = try dataFolder ?? TestFolders.temporary()
        let conf = folder + "/plugins.conf"
        var text = "search_path = [\"\(TestFolders.staged)\", \"\(try TestFolders.testPlugins())\"]\n"
        for (id, lines) in tables { text += "\n[plugins.\(id)]\n\(lines)\n" }
        try text.write(toFile: conf, atomically: true, encoding: .utf8)
        var variables = [
            "HOST": "127.0.0.1", "PORT": "0", "HEARTH_DATA": folder, "PLUGINS_CONF": conf, "ENVIRONMENT": "test",
            "BCRYPT_COST": "4", "ACCESS_LOG": "off", "RATE_LIMIT": "off", "SECRET_KEY": String(repeating: "k", count: 32),
            // Many hosts share the machine: to be late is no failure of a test.
            "DATABASE_WAIT_SECONDS": "60", "DATABASE_TRANSACTION_SECONDS": "30",
        ]
        variables.merge(try await TestDatabase.variables(for: folder)) { _, new in new }
        variables.merge(environment) { _, new in new }
        let clock = clock ?? ManualClock(now: noon)
        let log = LogRecord()
        let ready = AsyncStream.makeStream(of: Int.self)
        let statements = StatementRecord()
        let host = Host(
            try HostEnvironment(variables), variables: variables, clock: clock, logger: log.logger,
            onStatement: { statements.add($0) }, onReady: { ready.continuation.yield($0) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: host, successTerminationBehavior: .gracefullyShutdownGroup)], logger: log.logger))
        let running = Task {
            defer { ready.continuation.finish() }
            try await group.run()
        }
        for await port in ready.stream {
            return TestHost(
                clock: clock, port: port, log: log, statements: statements, variables: variables, dataFolder: folder,
                group: group, running: running)
        }
        try await running.value
        throw CancellationError()
    }

    private init(
        clock: ManualClock, port: Int, log: LogRecord, statements: StatementRecord, variables: [String: String],
        dataFolder: String, group: ServiceGroup,
        running: Task<Void, any Error>
    ) {
        self.clock = clock
        self.port = port
        self.log = log
        self.statements = statements
        self.variables = variables
        self.dataFolder = dataFolder
        self.group = group
        self.running = running
    }

    /// Stops it gracefully and waits until everything is down.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await running.value
    }

    /// Runs a scenario against a host and stops the host afterwards.
    static func with<R>(
        plugins: KeyValuePairs<String, String> = ["habits": ""], environment: [String: String] = [:],
        _ scenario: (TestHost) async throws -> R
    ) async throws -> R {
        let host = try await start(plugins: plugins, environment: environment)
        let result: Result<R, any Error>
        do { result = .success(try await scenario(host)) } catch { result = .failure(error) }
        try await host.stop()
        try await TestDatabase.drop(for: host.dataFolder)
        return try result.get()
    }
}
