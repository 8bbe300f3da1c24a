import CPostgres
import Foundation

/// A connection to PostgreSQL as simple as it can be, for what tests do behind the back of the product.
public final class PostgresConsole: @unchecked Sendable {
    // Unchecked: the handle is used on the queue alone.
    private let handle: OpaquePointer?
    private let queue = DispatchQueue(label: "test-postgres")

    /// What the server said.
    public struct Failure: Error, CustomStringConvertible {
        /// Its words.
        public let description: String
    }

    /// Connects.
    ///
    /// - Parameter address: as libpq takes it
    /// - Throws: ``Failure``
    public init(_ address: String) async throws {
        let queue = queue
        let box = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Box, any Error>) in
            queue.async {
                let handle = PQconnectdb(address)
                guard PQstatus(handle) == CONNECTION_OK else {
                    let reason = String(cString: PQerrorMessage(handle))
                    PQfinish(handle)
                    return continuation.resume(throwing: Failure(description: reason))
                }
                continuation.resume(returning: Box(handle: handle))
            }
        }
        handle = box.handle
    }

    deinit { PQfinish(handle) }

    /// Runs SQL.
    ///
    /// - Returns: the rows as text; null is empty
    /// - Throws: ``Failure``
    @discardableResult
    public func run(_ sql: String) async throws -> [[String]] {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try self.execute(sql) }) }
        }
    }

    private func execute(_ sql: String) throws -> [[String]] {
        let result = PQexec(handle, sql)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw Failure(description: String(cString: PQerrorMessage(handle)))
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in String(cString: PQgetvalue(result, row, column)) }
        }
    }

    private struct Box: @unchecked Sendable { let handle: OpaquePointer? }
}
