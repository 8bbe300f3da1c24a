import HearthThreads

/// Which engine is behind a database.
public enum Dialect: String, Sendable, CaseIterable {
    /// SQLite.
    case sqlite
    /// PostgreSQL.
    case postgres
}

/// A call that can be given up.
public protocol Cancellation: AnyObject, Sendable {
    /// Gives the call up. Its completion is still called exactly once: with `cancelled`, or with the result when that came
    /// first. Harmless when the call is over.
    func cancel()
}

/// Receives the results of a call, one a statement. Called exactly once, on a thread of the engine, which it must not block,
/// or before the call has returned.
public typealias ResultsCompletion = @Sendable (Result<[QueryResult], DatabaseError>) -> Void

/// Receives the end of a call without rows; as `ResultsCompletion`.
public typealias DoneCompletion = @Sendable (Result<Void, DatabaseError>) -> Void

/// Receives a transaction; as `ResultsCompletion`.
public typealias BeginCompletion = @Sendable (Result<any DatabaseTransaction, DatabaseError>) -> Void

/// A database: SQLite or PostgreSQL behind the same calls.
///
/// The core takes completions and not `async`, since a task a call would cost more than the call; the wrappers for code that
/// is not in a hurry are in `Database+async.swift`. An engine may put many calls on the wire before the first one is answered.
public protocol Database: Sendable {
    /// Which engine it is.
    var dialect: Dialect { get }

    /// Checks and translates statements for this engine.
    var rules: SQLRules { get }

    /// Runs statements in one round trip; several are one transaction: all take effect or none.
    ///
    /// Fails with `refused` for a statement against the rules, `busy` when the queue is full, `unavailable` when no connection
    /// came free in time, `timeout`, `cancelled`, `tooLarge`, `unique`, `constraint`, `serialization`, `failed`.
    /// - Parameters:
    ///   - statements: 1 to 1,000.
    ///   - scope: on whose behalf.
    ///   - deadline: when to give up.
    ///   - completion: receives one result a statement.
    @discardableResult
    func run(
        _ statements: [Statement], scope: TableScope, deadline: Deadline?, completion: @escaping ResultsCompletion
    )
        -> any Cancellation

    /// Begins a transaction on a connection of its own. It must be ended by `commit` or `rollback`; the engine rolls it back
    /// after its maximal duration. A transaction that was delivered is not undone by a late `cancel`.
    ///
    /// Fails with `busy`, `unavailable`, `timeout`, `cancelled`.
    @discardableResult
    func begin(_ options: TransactionOptions, deadline: Deadline?, completion: @escaping BeginCompletion) -> any Cancellation

    /// Finds out, for health checks, whether the data can be reached.
    ///
    /// Fails as `run` does.
    /// - Parameter deadline: when to give up.
    func check(deadline: Deadline?) async throws(DatabaseError)

    /// Refuses new calls, lets accepted ones and open transactions end, and closes all connections.
    func shutdown() async
}
