import CHearth

/// How far transactions are kept apart.
public struct Isolation: Sendable {
    let value: hearth_isolation
    /// Each statement sees what was committed before it.
    public static let readCommitted = Isolation(value: 1)
    /// All statements see the same state.
    public static let repeatableRead = Isolation(value: 2)
    /// As if transactions ran one after the other.
    public static let serializable = Isolation(value: 3)
}

extension Context {
    /// Runs a transaction: committed when the closure returns, rolled back when it throws. Inside a transaction it is a
    /// savepoint.
    ///
    /// - Parameters:
    ///   - isolation: At least this.
    ///   - readOnly: Whether writes are refused; readers then do not wait for the writer.
    ///   - attempts: How often to run it when it loses against concurrent transactions; the closure must then be repeatable.
    ///     Only the owner of a transaction may retry, so inside one it counts as 1.
    ///   - body: Works with the context of the transaction, and with no other.
    /// - Returns: What the closure returns.
    /// - Throws: What the closure throws; ``HostError`` when it cannot be begun or committed.
    public func transaction<R: Sendable>(
        isolation: Isolation = .readCommitted, readOnly: Bool = false, attempts: Int = 3, _ body: (Context) async throws -> R
    ) async throws -> R {
        var attempt = 1
        while true {
            do {
                return try await attemptTransaction(isolation, readOnly, body)
            } catch let error as HostError where error.kind == .serialization && attempt < attempts && !isInTransaction {
                attempt += 1
            }
        }
    }

    /// Runs in the transaction that this context is in, or else in one of its own. Inside one it sets no savepoint, which costs two
    /// round trips: what fails undoes the caller's work, too, as a failed service call does in any case.
    ///
    /// - Throws: As ``transaction(isolation:readOnly:attempts:_:)``.
    public func atomically<R: Sendable>(_ body: (Context) async throws -> R) async throws -> R {
        if try info().isInTransaction { return try await body(self) }
        return try await transaction { try await body($0) }
    }

    private var isInTransaction: Bool { (try? info().isInTransaction) ?? true }

    private func attemptTransaction<R: Sendable>(
        _ isolation: Isolation, _ readOnly: Bool, _ body: (Context) async throws -> R
    ) async throws -> R {
        let transaction = try await begin(isolation, readOnly)
        let result: R
        do {
            result = try await body(transaction)
        } catch {
            await transaction.rollback()
            throw error
        }
        try await transaction.commit()
        return result
    }

    private func begin(_ isolation: Isolation, _ readOnly: Bool) async throws -> Context {
        let database = try runtime.database
        let handle = try await ContinuationBox<hearth_context>.waiting(for: "begin") { box in
            var options = hearth_transaction_options(
                size: UInt32(MemoryLayout<hearth_transaction_options>.size), isolation: isolation.value,
                read_only: readOnly ? 1 : 0, reserved: 0)
            return database.pointee.begin(
                runtime.host, self.handle, &options,
                { user, error, transaction in ContinuationBox<hearth_context>.resume(user, error, transaction) }, box)
        }
        return Context(handle: handle, runtime: runtime)
    }

    private func commit() async throws {
        let database = try runtime.database
        do {
            try await ContinuationBox<Void>.waiting(for: "commit") { box in
                database.pointee.commit(
                    runtime.host, handle, { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
            }
        } catch let error as HostError where error.isRefusal && error.kind != .stale {
            // Refused, so the transaction is still open: a call in it runs, which the closure has not waited for.
            await rollback()
            throw error
        }
    }

    /// Nothing more can be done about a rollback that fails: the host ends the transaction by itself.
    private func rollback() async {
        guard let database = try? runtime.database else { return }
        try? await ContinuationBox<Void>.waiting(for: "rollback") { box in
            database.pointee.rollback(runtime.host, handle, { user, error in ContinuationBox<Void>.resume(user, error, ()) }, box)
        }
    }
}
