import Foundation
public import HearthDatabase

/// A database that a test has for itself and that goes with it.
public enum FreshDatabase {
    /// Makes one for the time of a call.
    ///
    /// - Parameters:
    ///   - engine: which; on PostgreSQL it is a new one on the server of the run
    ///   - migrations: what the host's migrations are, in portable SQL, in their order
    ///   - connections: how many PostgreSQL may have
    ///   - body: is given the database and a folder that is empty but for what SQLite keeps
    /// - Throws: ``TestDatabase/Missing`` without a server, and what the body throws
    public static func with<R: Sendable>(
        _ engine: TestEngine, migrations: [String], connections: Int = 6, _ body: (any Database, String) async throws -> R
    ) async throws -> R {
        let folder = "/tmp/hearth-test-\(UInt64.random(in: 0 ..< .max))"
        try FileManager.default.createDirectory(atPath: folder + "/migrations", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (index, sql) in migrations.enumerated() {
            try Data(sql.utf8).write(to: URL(filePath: folder + "/migrations/000\(index + 1)_test.sql"))
        }
        let database = try await open(engine, folder: folder, connections: connections)
        let result: Result<R, any Error>
        do {
            _ = try await MigrationRunner(database: database, scope: .host, folder: folder + "/migrations", now: { 0 }).up()
            result = .success(try await body(database, folder))
        } catch {
            result = .failure(error)
        }
        await database.shutdown()
        try await TestDatabase.drop(for: folder)
        return try result.get()
    }

    private static func open(_ engine: TestEngine, folder: String, connections: Int) async throws -> any Database {
        switch engine {
        case .sqlite:
            try SQLiteDatabase(SQLiteConfiguration(path: folder + "/test.db", queueLimit: 4_096, waitingLimit: .seconds(30)))
        case .postgres:
            try await PostgresDatabase.open(
                PostgresConfiguration(
                    address: try await TestDatabase.address(for: folder), minimumConnections: 1,
                    maximumConnections: connections, queueLimit: 4_096, waitingLimit: .seconds(30)))
        }
    }
}
