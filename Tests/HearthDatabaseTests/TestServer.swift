import CPostgres
import FoundationEssentials
import Glibc
import HearthThreads
import Synchronization

@testable import HearthDatabase

/// The PostgreSQL of the test run.
enum TestServer {
    struct Missing: Error, CustomStringConvertible {
        let description = "HEARTH_TEST_POSTGRES names no server: run the tests with scripts/test, which starts one"
    }

    /// The databases that were made, by the folders of their tests.
    private static let made = Mutex<Set<String>>([])

    /// The address of a database whose user may create others.
    static var address: String {
        get throws {
            guard let address = ProcessInfo.processInfo.environment["HEARTH_TEST_POSTGRES"] else { throw Missing() }
            return address
        }
    }

    private static func name(of folder: String) -> String {
        String((folder.split(separator: "/").last ?? "test").map { $0 == "-" ? "_" : $0 })
    }

    /// The database that belongs to the folder of a test, made on first use.
    static func database(of folder: String) async throws -> String {
        let name = name(of: folder)
        if made.withLock({ $0.insert(name).inserted }) { try await run("CREATE DATABASE \(name)") }
        return name
    }

    /// Drops what a test has made.
    static func drop(of folder: String) async {
        let name = name(of: folder)
        guard made.withLock({ $0.remove(name) }) != nil else { return }
        _ = try? await run("DROP DATABASE \(name) WITH (FORCE)")
    }

    /// Runs SQL as an administrator, on a thread that may block.
    @discardableResult
    static func run(_ sql: String, on database: String? = nil) async throws -> String {
        let address = try address
        return try await withUnsafeThrowingContinuation { continuation in
            let thread = Thread("test server") {
                continuation.resume(with: Result { try Administrator.run(sql, address: address, database: database) })
            }
            if !thread.start() { continuation.resume(throwing: Missing()) }
        }
    }
}

/// libpq as simply as it can be used.
enum Administrator {
    struct Failure: Error { let message: String }

    /// Gives the first value of the result, or nothing.
    static func run(_ sql: String, address: String, database: String?) throws -> String {
        var configuration = PostgresConfiguration(address: address, database: database)
        configuration.statementLimit = .seconds(60)
        let handle = try PostgresAddress(configuration).connect()
        defer { PQfinish(handle) }
        while true {
            let state = PQconnectPoll(handle)
            if state == PGRES_POLLING_OK { break }
            guard state != PGRES_POLLING_FAILED else { throw Failure(message: String(cString: PQerrorMessage(handle))) }
            var event = pollfd(fd: PQsocket(handle), events: Int16(state == PGRES_POLLING_READING ? POLLIN : POLLOUT), revents: 0)
            poll(&event, 1, 1_000)
        }
        let result = PQexec(handle, sql)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw Failure(message: String(cString: PQresultErrorMessage(result)))
        }
        return PQntuples(result) > 0 ? String(cString: PQgetvalue(result, 0, 0)) : ""
    }
}
