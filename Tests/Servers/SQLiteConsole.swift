import CSQLite

/// A connection to a file of SQLite, for what tests do behind the back of the product.
public struct SQLiteConsole {
    /// What the engine said.
    public struct Failure: Error, CustomStringConvertible {
        /// Its words.
        public let description: String
    }

    private let path: String

    /// - Parameter path: of a database that exists
    public init(_ path: String) { self.path = path }

    /// Runs a statement.
    ///
    /// - Parameter followingReferences: whether what the statement does to a row is done to those that refer to it
    /// - Returns: the rows as text; null is empty
    /// - Throws: ``Failure``
    @discardableResult
    public func run(_ sql: String, followingReferences: Bool = false) throws -> [[String]] {
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else { throw failure(database) }
        // The product writes, too.
        sqlite3_busy_timeout(database, 30_000)
        if followingReferences { sqlite3_exec(database, "PRAGMA foreign_keys = ON", nil, nil, nil) }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else { throw failure(database) }
        var rows: [[String]] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows.append(
                    (0..<sqlite3_column_count(statement)).map { column in
                        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
                    })
            case SQLITE_DONE: return rows
            default: throw failure(database)
            }
        }
    }

    private func failure(_ database: OpaquePointer?) -> Failure {
        Failure(description: sqlite3_errmsg(database).map { String(cString: $0) } ?? "no database")
    }
}
