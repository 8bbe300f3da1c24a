import CSQLite
import HearthThreads

/// A thread with a connection: takes one call after the other from its queue, and stays with a transaction until it is over.
/// SQLite blocks, so its work has threads of its own.
///
/// `@unchecked Sendable`: `connection` is used by the thread of the lane alone, once it has started.
final class SQLiteLane: @unchecked Sendable {
    let connection: SQLiteConnection
    private let queue: SQLiteQueue
    /// Where a reader sends what turns out to write.
    private let writers: SQLiteQueue?
    private let configuration: SQLiteConfiguration
    private let rules: SQLRules

    init(
        connection: SQLiteConnection, queue: SQLiteQueue, writers: SQLiteQueue?, configuration: SQLiteConfiguration,
        rules: SQLRules
    ) {
        self.connection = connection
        self.queue = queue
        self.writers = writers
        self.configuration = configuration
        self.rules = rules
    }

    /// Works until the queue is closed and empty.
    func work() {
        while let call = queue.pop() {
            if let refusal = call.refusal {
                call.fail(refusal)
                continue
            }
            switch call.work {
            case .statements(let statements, let completion): run(statements, of: call, completion)
            case .begin(let options, let completion): begin(options, of: call, completion)
            }
        }
        connection.close()
    }

    // MARK: Statements outside of transactions

    private func run(
        _ statements: Result<[SQLiteCall.CheckedCall], DatabaseError>, of call: SQLiteCall, _ completion: ResultsCompletion
    ) {
        let result: Result<[QueryResult], DatabaseError>
        do throws(DatabaseError) {
            let statements = try statements.get()
            // Only preparing a statement tells for sure whether it writes.
            if let writers {
                for statement in statements {
                    guard try connection.prepare(statement.statement, statement.values.parameters).isReadOnly else {
                        if let error = writers.push(call) { throw error }
                        return
                    }
                }
            }
            result = .success(
                try connection.stoppable(by: call, at: call.deadline) { () throws(DatabaseError) in
                    try statements.count == 1 ? [connection.run(statements[0])] : together(statements)
                })
        } catch {
            connection.endTransaction()
            result = .failure(error)
        }
        completion(result)
    }

    private func together(_ statements: [SQLiteCall.CheckedCall]) throws(DatabaseError) -> [QueryResult] {
        try connection.open()
        try connection.execute(writers == nil ? "BEGIN IMMEDIATE" : "BEGIN")
        var results: [QueryResult] = []
        results.reserveCapacity(statements.count)
        for statement in statements { results.append(try connection.run(statement)) }
        try commit()
        return results
    }

    /// Commits; nothing can stop it.
    private func commit() throws(DatabaseError) {
        try connection.stoppable(by: nil, at: nil) { () throws(DatabaseError) in try connection.execute("COMMIT") }
    }

    // MARK: Transactions

    private func begin(_ options: TransactionOptions, of call: SQLiteCall, _ completion: BeginCompletion) {
        do throws(DatabaseError) {
            try connection.stoppable(by: call, at: call.deadline) { () throws(DatabaseError) in
                try connection.open()
                try connection.execute(writers == nil ? "BEGIN IMMEDIATE" : "BEGIN")
            }
            if let refusal = call.refusal { throw refusal }
        } catch {
            connection.endTransaction()
            completion(.failure(error))
            return
        }
        let limit = options.maximumDuration ?? configuration.maximumTransactionDuration
        let transaction = SQLiteTransaction(scope: options.scope, expiry: .after(limit), rules: rules)
        completion(.success(transaction))
        var progress = Progress()
        while let command = transaction.next() {
            if perform(command, in: transaction, &progress) { return }
        }
        connection.endTransaction()
        end(transaction, "the transaction was rolled back after \(limit)")
        configuration.onExpiredTransaction?(.init(owner: options.scope.owner, limit: limit))
    }

    /// How far a transaction has come.
    private struct Progress {
        var depth = 0
        /// The number of savepoints around the first statement that failed.
        var failedDepth: Int?
    }

    /// Does what a command says, and tells whether the transaction is over.
    private func perform(
        _ command: SQLiteTransaction.Command, in transaction: SQLiteTransaction, _ progress: inout Progress
    )
        -> Bool
    {
        switch command {
        case .run(let call):
            guard case .statements(let statements, let completion) = call.work else { return false }
            let result = run(statements, of: call, until: transaction.expiry, &progress)
            transaction.becomeIdle()
            completion(result)
        case .savepoint(let completion):
            let result = step { () throws(DatabaseError) in try self.savepoint(&progress) }
            transaction.becomeIdle()
            completion(result)
        case .release(let savepoint, let completion):
            let result = step { () throws(DatabaseError) in try self.release(savepoint, &progress) }
            transaction.becomeIdle()
            completion(result)
        case .rollbackTo(let savepoint, let completion):
            let result = step { () throws(DatabaseError) in try self.rollback(to: savepoint, &progress) }
            transaction.becomeIdle()
            completion(result)
        case .commit(let completion):
            let result = step { () throws(DatabaseError) in
                if progress.failedDepth != nil { throw Self.failedBefore }
                try self.commit()
            }
            connection.endTransaction()
            end(transaction, "the transaction is over")
            completion(result)
            return true
        case .rollback(let completion):
            connection.endTransaction()
            end(transaction, "the transaction was rolled back")
            completion(.success(()))
            return true
        }
        return false
    }

    private static let failedBefore = DatabaseError(
        .rolledBack, "a statement of the transaction failed before: it can only be rolled back")

    private func step<R>(_ body: () throws(DatabaseError) -> R) -> Result<R, DatabaseError> {
        do throws(DatabaseError) { return .success(try body()) } catch { return .failure(error) }
    }

    private func run(
        _ statements: Result<[SQLiteCall.CheckedCall], DatabaseError>, of call: SQLiteCall, until expiry: Deadline,
        _ progress: inout Progress
    ) -> Result<[QueryResult], DatabaseError> {
        if progress.failedDepth != nil { return .failure(Self.failedBefore) }
        let deadline = call.deadline.map { min($0, expiry) } ?? expiry
        let result = step { () throws(DatabaseError) in
            if let refusal = call.refusal { throw refusal }
            let statements = try statements.get()
            return try connection.stoppable(by: call, at: deadline) { () throws(DatabaseError) in
                var results: [QueryResult] = []
                for statement in statements { results.append(try connection.run(statement)) }
                return results
            }
        }
        if case .failure = result {
            // Out of space, interrupted in a write: SQLite has rolled back everything, savepoints included.
            progress.failedDepth = connection.isInTransaction ? progress.depth : 0
        }
        return result
    }

    private func savepoint(_ progress: inout Progress) throws(DatabaseError) -> Savepoint {
        if progress.failedDepth != nil { throw Self.failedBefore }
        try connection.execute("SAVEPOINT hearth_\(progress.depth + 1)")
        progress.depth += 1
        return Savepoint(depth: progress.depth)
    }

    private func release(_ savepoint: Savepoint, _ progress: inout Progress) throws(DatabaseError) {
        if let failed = progress.failedDepth {
            if failed >= savepoint.depth { try rollback(to: savepoint, &progress) }
            throw Self.failedBefore
        }
        try check(savepoint, progress)
        try connection.execute("RELEASE hearth_\(savepoint.depth)")
        progress.depth = savepoint.depth - 1
    }

    private func rollback(to savepoint: Savepoint, _ progress: inout Progress) throws(DatabaseError) {
        try check(savepoint, progress)
        if let failed = progress.failedDepth, failed < savepoint.depth { throw Self.failedBefore }
        try connection.execute("ROLLBACK TO hearth_\(savepoint.depth)")
        try connection.execute("RELEASE hearth_\(savepoint.depth)")
        progress.depth = savepoint.depth - 1
        progress.failedDepth = nil
    }

    private func check(_ savepoint: Savepoint, _ progress: Progress) throws(DatabaseError) {
        guard savepoint.depth > 0, savepoint.depth <= progress.depth else {
            throw DatabaseError(.refused, "the savepoint is over")
        }
    }

    /// Answers what was asked of a transaction too late.
    private func end(_ transaction: SQLiteTransaction, _ reason: String) {
        for command in transaction.end(reason) {
            let error = DatabaseError(.rolledBack, reason)
            switch command {
            case .run(let call): call.fail(error)
            case .savepoint(let completion): completion(.failure(error))
            case .release(_, let completion), .rollbackTo(_, let completion), .commit(let completion): completion(.failure(error))
            case .rollback(let completion): completion(.success(()))
            }
        }
    }
}
