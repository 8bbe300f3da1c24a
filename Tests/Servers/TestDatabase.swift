import Foundation
import Synchronization

/// The databases that tests have on the PostgreSQL of the run: one for each data folder.
public enum TestDatabase {
    /// Nobody has started a server.
    public struct Missing: Error, CustomStringConvertible {
        /// The cure.
        public let description = "HEARTH_TEST_POSTGRES names no server: run the tests with scripts/test, which starts one"
    }

    private static let tasks = Mutex<[String: Task<String, any Error>]>([:])

    /// The address of the server of the run, of a database whose user may create others.
    public static func server() throws -> String {
        guard let address = ProcessInfo.processInfo.environment["HEARTH_TEST_POSTGRES"] else { throw Missing() }
        return address
    }

    /// The address of another database on a server.
    ///
    /// - Parameters:
    ///   - name: of the database
    ///   - server: an address with host and port, `postgresql://hearth@127.0.0.1:5432/postgres`
    public static func address(of name: String, on server: String) -> String {
        let (start, query) = server.split(separator: "?", maxSplits: 1).reduce(into: ("", "")) { parts, part in
            if parts.0.isEmpty { parts.0 = String(part) } else { parts.1 = "?" + part }
        }
        return start.prefix(upTo: start.lastIndex(of: "/") ?? start.endIndex) + "/\(name)" + query
    }

    /// The database that belongs to a folder, empty on first use.
    ///
    /// - Returns: its address
    public static func address(for folder: String) async throws -> String {
        try await tasks.withLock { tasks in
            if let task = tasks[folder] { return task }
            let task = Task { try await create() }
            tasks[folder] = task
            return task
        }.value
    }

    /// A new, empty database.
    ///
    /// - Returns: its address
    public static func create() async throws -> String {
        let server = try server()
        let name = "test_\(UInt64.random(in: 0 ... .max))"
        try await PostgresConsole(server).run("CREATE DATABASE \(name) TEMPLATE template0")
        return address(of: name, on: server)
    }

    /// Drops the database that belongs to a folder, if there is one.
    public static func drop(for folder: String) async throws {
        guard let task = tasks.withLock({ $0.removeValue(forKey: folder) }) else { return }
        let address = try await task.value
        let name = address.prefix { $0 != "?" }.split(separator: "/").last ?? ""
        try await PostgresConsole(try server()).run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
    }

    /// The variables by which a host with this data folder uses the engine of the run.
    ///
    /// Few connections each: many hosts run at once.
    public static func variables(for folder: String) async throws -> [String: String] {
        guard TestEngine.current == .postgres else { return [:] }
        return [
            "DATABASE_URL": try await address(for: folder), "DATABASE_MIN_CONNECTIONS": "1", "DATABASE_MAX_CONNECTIONS": "4",
        ]
    }
}
