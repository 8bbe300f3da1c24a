/// What the pool of connections is doing, for metrics.
public struct PostgresStatistics: Sendable, Equatable {
    /// Connections that are open.
    public var open = 0
    /// Connections of these on which nothing is running.
    public var idle = 0
    /// Connections of these that belong to a transaction.
    public var leased = 0
    /// Connections that are being opened.
    public var connecting = 0
    /// Calls that wait for a connection.
    public var waiting = 0
    /// Calls that have had to wait for a connection so far.
    public var waits = 0
    /// Connections that were opened so far.
    public var opened = 0
    /// Connections that were lost or given up so far.
    public var lost = 0

    static func + (left: PostgresStatistics, right: PostgresStatistics) -> PostgresStatistics {
        PostgresStatistics(
            open: left.open + right.open, idle: left.idle + right.idle, leased: left.leased + right.leased,
            connecting: left.connecting + right.connecting, waiting: left.waiting + right.waiting,
            waits: left.waits + right.waits, opened: left.opened + right.opened, lost: left.lost + right.lost)
    }
}
