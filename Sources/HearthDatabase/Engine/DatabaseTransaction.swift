import HearthThreads

/// How a transaction is begun.
public struct TransactionOptions: Sendable {
    /// How far transactions are kept apart; an engine may give more.
    public enum Isolation: Sendable {
        /// Each statement sees what was committed before it.
        case readCommitted
        /// All statements see what was committed before the first.
        case repeatableRead
        /// As if transactions ran one after the other. SQLite always gives this.
        case serializable
    }

    /// On whose behalf: the owner is named when it takes too long, and it is the default of calls inside.
    public var scope: TableScope
    /// How far it is kept apart from others.
    public var isolation: Isolation
    /// Writes are refused, and readers do not wait for the writer.
    public var readOnly: Bool
    /// After how long the engine rolls it back; nil for the engine's default (5 s).
    public var maximumDuration: Duration?

    /// Makes options: read committed, read and write, if not stated otherwise.
    public init(
        scope: TableScope, isolation: Isolation = .readCommitted, readOnly: Bool = false, maximumDuration: Duration? = nil
    ) {
        self.scope = scope
        self.isolation = isolation
        self.readOnly = readOnly
        self.maximumDuration = maximumDuration
    }
}

/// A point in a transaction to which it can be rolled back. Savepoints nest.
public struct Savepoint: Sendable, Hashable {
    /// 1 for the outermost.
    public let depth: Int

    init(depth: Int) { self.depth = depth }
}

/// An open transaction. One call at a time: another one meanwhile fails with `busy`, except `rollback`, which waits.
///
/// After a failed statement every call but `rollback` fails with `rolledBack`, unless the statement ran inside a savepoint and
/// that one has been rolled back. The same holds when the engine ended the transaction because it took too long.
public protocol DatabaseTransaction: AnyObject, Sendable {
    /// On whose behalf it was begun.
    var scope: TableScope { get }

    /// Runs statements in one round trip; fails as `Database.run` and with `rolledBack` and `busy`.
    @discardableResult
    func run(
        _ statements: [Statement], scope: TableScope, deadline: Deadline?, completion: @escaping ResultsCompletion
    )
        -> any Cancellation

    /// Sets a savepoint inside the current one.
    func savepoint(completion: @escaping @Sendable (Result<Savepoint, DatabaseError>) -> Void)

    /// Keeps what was done since a savepoint, and ends it with those inside it. When something in it failed, it is rolled back
    /// instead, and the completion receives `rolledBack`; the transaction goes on in either case.
    func release(_ savepoint: Savepoint, completion: @escaping DoneCompletion)

    /// Undoes what was done since a savepoint, and ends it with those inside it.
    func rollback(to savepoint: Savepoint, completion: @escaping DoneCompletion)

    /// Makes it last. Never cancelled once called; the transaction is over, whatever the result. Fails with `rolledBack`,
    /// `serialization`, `unique`, `constraint`: nothing of it remains; `unavailable`: it is unknown whether it took effect.
    func commit(completion: @escaping DoneCompletion)

    /// Undoes it. Never cancelled; waits for a call that is running in it. Succeeds also when it is over already.
    func rollback(completion: @escaping DoneCompletion)
}
