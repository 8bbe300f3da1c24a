import CHearth

extension Context {
    /// Runs a statement and reads its rows.
    ///
    /// - Throws: ``HostError``, by kind: a refused statement, a violated constraint, no connection in time; ``ColumnMismatch``.
    public func query<R: Row>(_ sql: SQL, as _: R.Type = R.self) async throws -> [R] {
        try await run(sql, columns: R.columns) { try $0.rows(0) }
    }

    /// Runs a statement and reads its first row, if there is one.
    ///
    /// - Throws: As ``query(_:as:)``.
    public func first<R: Row>(_ sql: SQL, as type: R.Type = R.self) async throws -> R? {
        try await query(sql, as: type).first
    }

    /// Runs several statements in one round trip and reads the rows of each.
    ///
    /// ```swift
    /// let (habits, counts) = try await context.query(Habit.list(of: user).rows(Habit.self), Habit.active(of: user).rows(Int.self))
    /// ```
    /// - Throws: As ``query(_:as:)``.
    public func query<each R: Row>(_ statements: repeat Select<each R>) async throws -> (repeat [each R]) {
        var list: [(sql: SQL, columns: [hearth_type])] = []
        for statement in repeat each statements { list.append(statement.described) }
        return try await run(list) { (results: QueryResults) throws -> (repeat [each R]) in
            var index = -1
            func next<T: Row>(_: Select<T>) throws -> [T] {
                index += 1
                return try results.rows(index)
            }
            return (repeat try next(each statements))
        }
    }

    /// Runs a statement that changes data.
    ///
    /// - Returns: How many rows it inserted, changed or deleted.
    /// - Throws: As ``query(_:as:)``.
    @discardableResult public func execute(_ sql: SQL) async throws -> Int {
        try await run(sql, columns: []) { $0.affected.first ?? 0 }
    }

    /// Runs statements that change data in one round trip; all of them take effect or none.
    ///
    /// - Returns: How many rows each of them changed.
    /// - Throws: As ``query(_:as:)``.
    @discardableResult public func execute(_ statements: [SQL]) async throws -> [Int] {
        try await run(statements.map { ($0, []) }) { $0.affected }
    }

    /// Which engine is behind the database, for statements that must differ: `sqlite` or `postgres`.
    public var dialect: String {
        get throws { String(try runtime.database.pointee.dialect(runtime.host)) }
    }

    private func run<R: Sendable>(
        _ sql: SQL, columns: [hearth_type], _ decode: @escaping (QueryResults) throws -> R
    ) async throws -> R {
        let database = try runtime.database
        return try await waiting(decode) { completion in
            StatementBuffer.lend(sql, columns: columns) {
                database.pointee.query(runtime.host, handle, $0, QueryCompletion.callback, completion)
            }
        }
    }

    private func run<R: Sendable>(
        _ statements: [(sql: SQL, columns: [hearth_type])], _ decode: @escaping (QueryResults) throws -> R
    ) async throws -> R {
        let database = try runtime.database
        return try await waiting(decode) { completion in
            StatementBuffer.lend(statements[...]) {
                database.pointee.batch(
                    runtime.host, handle, $0.baseAddress, UInt64($0.count), QueryCompletion.callback, completion)
            }
        }
    }

    /// Hands a call to the host and waits for its completion, which owns itself until the host calls it back; a refused call
    /// throws at once, since its completion will never come.
    private func waiting<R: Sendable>(
        _ decode: @escaping (QueryResults) throws -> R, _ call: (UnsafeMutableRawPointer) -> hearth_status
    ) async throws -> R {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<R, any Error>) in
            let completion = Unmanaged<QueryCompletion>.passRetained(DecodingCompletion(continuation, decode))
            do throws(HostError) { try HostError.check(call(completion.toOpaque()), "the database call") } catch {
                completion.release()
                continuation.resume(throwing: error)
            }
        }
    }
}

extension Select {
    /// The statement with the columns that its rows read.
    fileprivate var described: (sql: SQL, columns: [hearth_type]) { (sql, R.columns) }
}
