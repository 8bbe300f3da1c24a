import CHearth
import FoundationEssentials
import HearthThreads
import Synchronization
import Testing

@testable import HearthDatabase

/// The engines that keep one contract: every test of it runs on each.
enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite
    case postgres

    var testDescription: String { rawValue }
}

/// What a test may shorten.
struct TestLimits: Sendable {
    var queueLimit = 1_024
    var waitingLimit = Duration.seconds(30)
    var maximumTransactionDuration = Duration.seconds(60)
    /// How many connections PostgreSQL has; with one, calls wait for a transaction as they do for the writer of SQLite.
    var connections = 4
    var onExpired: (@Sendable (String) -> Void)?
}

/// A folder that goes with the test.
@discardableResult
func withFolder<R>(_ body: (String) async throws -> R) async throws -> R {
    let folder = "/tmp/hearth-database-\(UInt64.random(in: 0 ..< .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let result = try await body(folder)
    await TestServer.drop(of: folder)
    return result
}

/// A fresh database of an engine, with the tables `users` and `things`.
@discardableResult
func withDatabase<R>(
    _ engine: Engine, _ limits: TestLimits = TestLimits(), _ body: (any Database) async throws -> R
) async throws -> R {
    try await withFolder { folder in
        let database = try await open(engine, folder: folder, limits)
        do {
            try await migrate(
                database, .host, folder + "/host", ["0001_users.sql": "CREATE TABLE users (id uuid PRIMARY KEY, name text)"])
            try await migrate(database, things, folder + "/things", ["0001_things.sql": thingsTable])
            let result = try await body(database)
            await database.shutdown()
            return result
        } catch {
            await database.shutdown()
            throw error
        }
    }
}

/// Opens the database of a test: a file in its folder, or a database on the server that is named after the folder.
func open(_ engine: Engine, folder: String, _ limits: TestLimits = TestLimits()) async throws -> any Database {
    let onExpired = limits.onExpired
    switch engine {
    case .sqlite:
        var configuration = SQLiteConfiguration(
            path: folder + "/test.db", readers: 2, queueLimit: limits.queueLimit, waitingLimit: limits.waitingLimit,
            maximumTransactionDuration: limits.maximumTransactionDuration, statementCacheSize: 16)
        configuration.onExpiredTransaction = { expired in onExpired?(expired.owner) }
        return try SQLiteDatabase(configuration)
    case .postgres:
        var configuration = PostgresConfiguration(
            address: try TestServer.address, database: try await TestServer.database(of: folder), minimumConnections: 1,
            maximumConnections: limits.connections, queueLimit: limits.queueLimit, waitingLimit: limits.waitingLimit,
            maximumTransactionDuration: limits.maximumTransactionDuration)
        configuration.statementCacheSize = 16
        configuration.onExpiredTransaction = { expired in onExpired?(expired.owner) }
        return try await PostgresDatabase.open(configuration)
    }
}

let things = TableScope.plugin("things")

private let thingsTable = """
    CREATE TABLE things (
        id identity,
        owner_id uuid REFERENCES users(id) ON DELETE CASCADE,
        name text CONSTRAINT things_name UNIQUE,
        amount integer CONSTRAINT things_amount CHECK (amount >= 0),
        total bigint,
        ratio double,
        active boolean,
        at timestamp,
        day date,
        hour time,
        extra json,
        data bytes,
        key uuid);
    CREATE UNIQUE INDEX things_key ON things (key) WHERE key IS NOT NULL;
    """

/// Writes files into a folder and applies them.
@discardableResult
func migrate(
    _ database: any Database, _ scope: TableScope, _ folder: String, _ files: [String: String]
) async throws -> [Migration] {
    try write(files, to: folder)
    return try await MigrationRunner(database: database, scope: scope, folder: folder, now: { 1_000_000 }).up()
}

func write(_ files: [String: String], to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: folder + "/" + name)) }
}

extension Database {
    func insertThing(_ name: String, amount: Int64 = 1) async throws(DatabaseError) {
        _ = try await query("INSERT INTO things (name, amount) VALUES ($1, $2)", [.text(name), .integer(amount)], scope: things)
    }

    /// The names of all things in alphabetical order.
    func names() async throws(DatabaseError) -> [String] {
        let rows = try await query(
            "SELECT name FROM things ORDER BY name NULLS LAST", columns: [DatabaseType.text], scope: things)
        return (0..<rows.rowCount).map { rows.text($0, 0) ?? "NULL" }
    }
}

extension DatabaseTransaction {
    func insertThing(_ name: String, amount: Int64 = 1) async throws(DatabaseError) {
        _ = try await query("INSERT INTO things (name, amount) VALUES ($1, $2)", [.text(name), .integer(amount)])
    }
}

/// The error that a body throws.
func failure(_ body: () async throws -> Void) async -> DatabaseError? {
    do {
        try await body()
        return nil
    } catch let error as DatabaseError {
        return error
    } catch {
        Issue.record("another error: \(error)")
        return nil
    }
}

/// Expects that a body throws an error, of a kind if one is stated.
///
/// Not `#expect(await failure { … }?.kind == …)`: with Swift 6.3.1 a closure inside the macro and another one of the same type
/// beside it can get one symbol, and one of them is run in place of the other.
func expectFailure(
    _ kind: DatabaseError.Kind? = nil, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async {
    let error = await failure(body)
    #expect(error != nil && (kind == nil || error?.kind == kind), "\(String(describing: error))", sourceLocation: sourceLocation)
}

/// Waits until a condition holds; fails the test after a generous time.
func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = Deadline.after(.seconds(30))
    while try await !condition() {
        guard !deadline.hasPassed else {
            Issue.record("did not happen: \(what)")
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A value that threads share.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    var value: Value { mutex.withLock { $0 } }
    func change(_ body: @Sendable (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}
