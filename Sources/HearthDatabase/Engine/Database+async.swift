import CHearth
import HearthThreads

extension Database {
    /// Runs one statement.
    public func query(
        _ sql: String, _ parameters: [DatabaseValue] = [], columns: [hearth_type] = [], scope: TableScope,
        deadline: Deadline? = nil
    ) async throws(DatabaseError) -> QueryResult {
        try await batch([Statement(sql, parameters, columns: columns)], scope: scope, deadline: deadline)[0]
    }

    /// Runs statements in one round trip; all of them take effect or none.
    public func batch(
        _ statements: [Statement], scope: TableScope, deadline: Deadline? = nil
    ) async throws(DatabaseError)
        -> [QueryResult]
    {
        try await cancellable { run(statements, scope: scope, deadline: deadline, completion: $0) }
    }

    /// Runs a body in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// - Parameters:
    ///   - attempts: how often the body may run when it loses against a concurrent transaction; it must then be free of other
    ///     effects.
    public func transaction<R: Sendable>(
        _ options: TransactionOptions, deadline: Deadline? = nil, attempts: Int = 1,
        _ body: @Sendable (any DatabaseTransaction) async throws -> R
    ) async throws -> R {
        var attempt = 1
        while true {
            do {
                let transaction = try await cancellable { begin(options, deadline: deadline, completion: $0) }
                do {
                    let result = try await body(transaction)
                    try await uncancellable { transaction.commit(completion: $0) }
                    return result
                } catch {
                    try? await uncancellable { transaction.rollback(completion: $0) }
                    throw error
                }
            } catch let error as DatabaseError where error.kind == .serialization && attempt < attempts {
                attempt += 1
            }
        }
    }
}

extension DatabaseTransaction {
    /// Runs one statement, by default on behalf of the owner of the transaction.
    public func query(
        _ sql: String, _ parameters: [DatabaseValue] = [], columns: [hearth_type] = [], scope: TableScope? = nil,
        deadline: Deadline? = nil
    ) async throws(DatabaseError) -> QueryResult {
        try await batch([Statement(sql, parameters, columns: columns)], scope: scope, deadline: deadline)[0]
    }

    /// Runs statements in one round trip.
    public func batch(
        _ statements: [Statement], scope: TableScope? = nil, deadline: Deadline? = nil
    )
        async throws(DatabaseError) -> [QueryResult]
    {
        try await cancellable { run(statements, scope: scope ?? self.scope, deadline: deadline, completion: $0) }
    }

    /// Runs a body in a savepoint: kept when it returns, undone when it throws; the transaction goes on in either case.
    public func savepoint<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        let savepoint = try await uncancellable { self.savepoint(completion: $0) }
        do {
            let result = try await body()
            try await uncancellable { self.release(savepoint, completion: $0) }
            return result
        } catch {
            // A release that failed has ended the savepoint; rolling back again is then refused, which changes nothing.
            try? await uncancellable { self.rollback(to: savepoint, completion: $0) }
            throw error
        }
    }
}

/// Waits for a call, and gives it up when the task is cancelled.
private func cancellable<Value: Sendable>(
    _ start: (@escaping @Sendable (Result<Value, DatabaseError>) -> Void) -> any Cancellation
) async throws(DatabaseError) -> Value {
    let handle = PendingCancellation()
    let result = await withTaskCancellationHandler {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Result<Value, DatabaseError>, Never>) in
            handle.set(start { continuation.resume(returning: $0) })
        }
    } onCancel: {
        handle.cancel()
    }
    return try result.get()
}

/// Waits for a call to the end, whatever happens to the task.
private func uncancellable<Value: Sendable>(
    _ start: (@escaping @Sendable (Result<Value, DatabaseError>) -> Void) -> Void
) async throws(DatabaseError) -> Value {
    try await withUnsafeContinuation { (continuation: UnsafeContinuation<Result<Value, DatabaseError>, Never>) in
        start { continuation.resume(returning: $0) }
    }.get()
}
