/// Settings of the SQLite engine.
public struct SQLiteConfiguration: Sendable {
    /// The database file; it is made if it does not exist, its folder is not.
    public var path: String
    /// How many connections read.
    public var readers: Int
    /// How many calls may wait for the writer, and as many for the readers; the next one fails with `busy`.
    public var queueLimit: Int
    /// How long a call may wait for a connection, and a connection for another process; then it fails with `unavailable`.
    /// Longer than any transaction may be open, so that one that is held too long delays others and fails none.
    public var waitingLimit: Duration
    /// After how long an open transaction is rolled back, if it does not say otherwise.
    public var maximumTransactionDuration: Duration
    /// How many prepared statements a connection keeps.
    public var statementCacheSize: Int
    /// Called on a thread of the engine when a transaction was rolled back because it took too long.
    public var onExpiredTransaction: (@Sendable (ExpiredTransaction) -> Void)?
    /// Called on a thread of the engine with the text of each statement that is run, for those who count or trace them.
    public var onStatement: (@Sendable (String) -> Void)?

    /// Makes a configuration.
    public init(
        path: String, readers: Int = 3, queueLimit: Int = 1_024, waitingLimit: Duration = .seconds(10),
        maximumTransactionDuration: Duration = .seconds(5), statementCacheSize: Int = 256,
        onExpiredTransaction: (@Sendable (ExpiredTransaction) -> Void)? = nil
    ) {
        self.path = path
        self.readers = max(1, readers)
        self.queueLimit = max(1, queueLimit)
        self.waitingLimit = waitingLimit
        self.maximumTransactionDuration = maximumTransactionDuration
        self.statementCacheSize = max(8, statementCacheSize)
        self.onExpiredTransaction = onExpiredTransaction
    }
}
