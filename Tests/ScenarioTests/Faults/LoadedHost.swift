import Foundation
import HearthJSON
import Synchronization
import TestServers
import Testing

/// A `hearth serve` of its own under load, whose clients write down what they are told.
final class LoadedHost: Sendable {
    let process: ChildProcess
    let ledger = Ledger()
    let client: TestClient
    private let users: [TestClient]
    private let isOver = Mutex(false)

    /// Starts the host and registers its users.
    ///
    /// - Parameters:
    ///   - address: of the database
    ///   - clients: how many write at once
    ///   - environment: variables beyond those of tests
    static func start(
        on address: String, clients: Int = 6, environment: [String: String] = [:]
    ) async throws -> LoadedHost {
        var variables = [
            "DATABASE_URL": address, "DATABASE_MIN_CONNECTIONS": "4", "DATABASE_MAX_CONNECTIONS": "4", "ACCESS_LOG": "off",
        ]
        variables.merge(environment) { _, new in new }
        let process = try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: variables)
        do {
            let port = try #require(try await process.port(), "\(process.errors)")
            let client = TestClient(port: port)
            var users: [TestClient] = []
            for number in 0..<clients { users.append(try await client.registered("user\(number)")) }
            return LoadedHost(process, client, users)
        } catch {
            process.kill()
            throw error
        }
    }

    private init(_ process: ChildProcess, _ client: TestClient, _ users: [TestClient]) {
        self.process = process
        self.client = client
        self.users = users
    }

    /// Lets all clients write while something happens.
    func underLoad<R: Sendable>(_ fault: @Sendable () async throws -> R) async throws -> R {
        isOver.withLock { $0 = false }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, user) in users.enumerated() { group.addTask { await self.write(user, number) } }
            let result: Result<R, any Error>
            do { result = .success(try await fault()) } catch { result = .failure(error) }
            isOver.withLock { $0 = true }
            try await group.waitForAll()
            return try result.get()
        }
    }

    private static let counter = Atomic<Int>(0)

    /// Creates a habit, completes it, and so on.
    private func write(_ user: TestClient, _ number: Int) async {
        while !isOver.withLock({ $0 }) {
            let title = "\(number)-\(Self.counter.add(1, ordering: .relaxed).newValue)"
            let made = try? await user.post("/api/habits/", ["title": .string(title)])
            ledger.note(habit: title, made)
            if let id = made?.json["id"]?.string {
                ledger.note(completion: title, try? await user.complete(id))
            }
            // Somebody who is refused does not ask again at once.
            if made?.status != 201 { try? await Task.sleep(for: .milliseconds(20)) }
        }
    }

    /// Waits until writes are acknowledged that began after now.
    ///
    /// - Returns: how long it took; nil when none was within a minute
    func recovery() async -> Duration? {
        let start = ContinuousClock.now
        let isBack = await eventually { (ledger.lastAcknowledged ?? start) > start }
        return isBack ? ContinuousClock.now - start : nil
    }

    /// How many descriptors the process has.
    var descriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.id)/fd").count) ?? 0
    }

    /// How many descriptors it has when nobody asks anything and all connections of the pool are there.
    func restingDescriptors(_ database: PostgresConsole) async throws -> Int {
        let isComplete = try await eventually {
            // Other hosts may use the same server.
            try await database.run(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hearth' AND datname = current_database()")
                == [["4"]]
        }
        #expect(isComplete)
        var least = descriptors
        // Connections of clients end by themselves.
        for _ in 0..<20 {
            try await Task.sleep(for: .milliseconds(150))
            least = min(least, descriptors)
        }
        return least
    }

    /// Stops it as an operator does.
    func stop() async {
        process.terminate()
        let status = await process.status
        #expect(status == 0, "\(process.errors.suffix(2_000))")
        #expect(!process.errors.contains("Fatal error"))
    }
}
