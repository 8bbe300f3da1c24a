/// Settings of the PostgreSQL engine.
public struct PostgresConfiguration: Sendable {
    /// The address as libpq takes it: `postgresql://user:password@host:port/database?sslmode=verify-full`, a Unix socket as
    /// `postgresql://user@/database?host=/run/postgresql`, or `host=… dbname=…`.
    public var address: String
    /// The user, instead of the address's.
    public var user: String?
    /// The password, instead of the address's.
    public var password: String?
    /// The name of the database, instead of the address's.
    public var database: String?

    /// How many connections are kept open.
    public var minimumConnections: Int
    /// How many connections there may be. A transaction has one to itself; unless there is only one, one always remains for
    /// statements outside of transactions.
    public var maximumConnections: Int
    /// How many threads drive the connections, which are divided among them.
    public var loops: Int
    /// How many calls may wait; the next one fails with `busy`.
    public var queueLimit: Int
    /// How long a call may wait for a connection; then it fails with `unavailable`.
    public var waitingLimit: Duration
    /// How long connecting may take.
    public var connectLimit: Duration
    /// How long a statement may run, if its call has no earlier deadline; then it fails with `timeout`. Also the server's
    /// `statement_timeout`.
    public var statementLimit: Duration
    /// How long a server may take to react to a request to cancel; then the connection is given up.
    public var cancelLimit: Duration
    /// After how long an open transaction is rolled back, if it does not say otherwise.
    public var maximumTransactionDuration: Duration
    /// After how long without use a connection is checked, and closed when there are more than the minimum.
    public var idleLimit: Duration
    /// After how long a connection is replaced, so that load finds new servers and memory is given back.
    public var maximumAge: Duration
    /// How many prepared statements a connection keeps.
    public var statementCacheSize: Int
    /// Whether statements are prepared under names and settings sent with the connection. False for PgBouncer in transaction
    /// mode, where each transaction may meet another connection of the server.
    public var usesNamedStatements: Bool
    /// Called on a thread of the engine when a transaction was rolled back because it took too long.
    public var onExpiredTransaction: (@Sendable (ExpiredTransaction) -> Void)?
    /// Called on a thread of the engine with the text of each statement that is run, for those who count or trace them.
    public var onStatement: (@Sendable (String) -> Void)?
    /// Called on a thread of the engine when a connection is lost or cannot be made, with one sentence for the log.
    public var onTrouble: (@Sendable (String) -> Void)?

    /// Makes a configuration.
    public init(
        address: String, user: String? = nil, password: String? = nil, database: String? = nil, minimumConnections: Int = 2,
        maximumConnections: Int = 8, queueLimit: Int = 1_024, waitingLimit: Duration = .seconds(10),
        maximumTransactionDuration: Duration = .seconds(5)
    ) {
        self.address = address
        self.user = user
        self.password = password
        self.database = database
        self.minimumConnections = max(1, min(minimumConnections, maximumConnections))
        self.maximumConnections = max(1, maximumConnections)
        loops = 1
        self.queueLimit = max(1, queueLimit)
        self.waitingLimit = waitingLimit
        connectLimit = .seconds(5)
        statementLimit = .seconds(30)
        cancelLimit = .seconds(1)
        self.maximumTransactionDuration = maximumTransactionDuration
        idleLimit = .seconds(60)
        maximumAge = .seconds(1_800)
        statementCacheSize = 256
        usesNamedStatements = true
    }
}
