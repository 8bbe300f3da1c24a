public import Logging

/// How a Redis is used.
public struct RedisConfiguration: Sendable {
    /// Where it is.
    public var address: RedisAddress
    /// Until a command has failed that is not answered; the connection is then given up.
    public var commandTimeout: Duration = .milliseconds(500)
    /// Until an attempt to connect has failed.
    public var connectTimeout: Duration = .seconds(1)
    /// The pause after the first failed attempt to connect; it doubles with each further one.
    public var firstPause: Duration = .milliseconds(20)
    /// The longest pause between attempts to connect.
    public var longestPause: Duration = .milliseconds(500)
    /// How often the connection for messages is checked.
    public var heartbeat: Duration = .seconds(2)
    /// How many failures in a row open the circuit breaker.
    public var failureThreshold = 5
    /// How long it then stays open.
    public var breakerRest: Duration = .milliseconds(500)
    /// How many commands may wait for their answers.
    public var queueLength = 10_000
    /// How many bytes they may have.
    public var queueBytes = 64 << 20
    /// Where connections that come and go are noted.
    public var logger: Logger

    /// The defaults for a Redis.
    public init(_ address: RedisAddress, logger: Logger = Logger(label: "redis")) {
        self.address = address
        self.logger = logger
    }
}
