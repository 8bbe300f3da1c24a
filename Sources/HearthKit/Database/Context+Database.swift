import CHearth

extension Context {
    /// Runs a statement and reads its rows.
    ///
    /// - Throws: ``HostError``, by kind: a refused statement, a violated constraint, no connection in time; ``ColumnMismatch``.
    public func query<R: Row>(_ sql: SQL, as _: R.Type = R.self) async throws -> [R] {
        try await send { (continuation: UnsafeContinuation<[R], any Error>) in
            (
                RowsCompletion<R>(continuation),
                { (completion: UnsafeMutableRawPointer) throws in
                    let database = try runtime.database
                    return StatementBuffer.with(sql, columns: R.columns) {
                        database.pointee.query(runtime.host, handle, $0, QueryCompletion.callback, completion)
                    }
                }
            )
        }
    }

    /// Runs a statement and reads its first row, if there is one.
    ///
    /// - Throws: As ``query(_:as:)``.
    public func first<R: Row>(_ sql: SQL, as type: R.Type = R.self) async throws -> R? {
        try await query(sql, as: type).first
    }

    /// Runs a statement that changes data.
    ///
    /// - Returns: How many rows it inserted, changed or deleted.
    /// - Throws: As ``query(_:as:)``.
    @discardableResult public func execute(_ sql: SQL) async throws -> Int {
        let affected = try await send { (continuation: UnsafeContinuation<[Int], any Error>) in
            (
                AffectedCompletion(continuation),
                { (completion: UnsafeMutableRawPointer) throws in
                    let database = try runtime.database
                    return StatementBuffer.with(sql, columns: []) {
                        database.pointee.query(runtime.host, handle, $0, QueryCompletion.callback, completion)
                    }
                }
            )
        }
        return affected.first ?? 0
    }

    /// Runs statements that change data in one round trip; all of them take effect or none.
    ///
    /// - Returns: How many rows each of them changed.
    /// - Throws: As ``query(_:as:)``.
    @discardableResult public func execute(_ statements: [SQL]) async throws -> [Int] {
        try await send { (continuation: UnsafeContinuation<[Int], any Error>) in
            (
                AffectedCompletion(continuation),
                { (completion: UnsafeMutableRawPointer) throws in
                    let database = try runtime.database
                    return lend(statements[...], []) { pointers in
                        pointers.withUnsafeBufferPointer {
                            database.pointee.batch(
                                runtime.host, handle, $0.baseAddress, UInt64($0.count), QueryCompletion.callback, completion)
                        }
                    }
                }
            )
        }
    }

    /// Nests the lending of statements, so that all are valid in the innermost call.
    private func lend(
        _ statements: ArraySlice<SQL>, _ pointers: [UnsafePointer<hearth_statement>?],
        _ body: ([UnsafePointer<hearth_statement>?]) -> hearth_status
    ) -> hearth_status {
        guard let first = statements.first else { return body(pointers) }
        return StatementBuffer.with(first, columns: []) { lend(statements.dropFirst(), pointers + [$0], body) }
    }

    /// Hands a call to the host and waits for its completion; a refused call throws at once.
    private func send<R>(
        _ prepare: (UnsafeContinuation<R, any Error>) -> (QueryCompletion, (UnsafeMutableRawPointer) throws -> hearth_status)
    ) async throws -> R {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<R, any Error>) in
            let (completion, call) = prepare(continuation)
            // The completion owns itself from here until the host calls it back; after a refused call it never will.
            let retained = Unmanaged.passRetained(completion)
            do {
                try HostError.check(try call(retained.toOpaque()), "the database call")
            } catch {
                retained.release()
                continuation.resume(throwing: error)
            }
        }
    }

    /// Which engine is behind the database, for statements that must differ: `sqlite` or `postgres`.
    public var dialect: String {
        get throws { String(try runtime.database.pointee.dialect(runtime.host)) }
    }
}
