/// A Redis with a substitute in the process for what must go on while Redis is gone: limits are then counted by each host for
/// itself, from zero, and messages reach the subscribers of this host. All else fails with the error of Redis, which callers
/// take for a cache that has nothing.
public final class FallbackCache: Cache {
    private let redis: RedisCache
    private let substitute: LocalCache

    /// - Parameters:
    ///   - redis: is asked first
    ///   - substitute: counts limits while Redis is gone
    public init(_ redis: RedisCache, substitute: LocalCache = LocalCache(capacity: 16 << 20)) {
        self.redis = redis
        self.substitute = substitute
    }

    /// As the protocol states.
    public func run(_ command: CacheCommand, completion: @escaping CacheCompletion) {
        switch command {
        case .take:
            redis.run(command) { [substitute] result in
                guard case .failure(let error) = result, error.isOfRedis else { return completion(result) }
                substitute.run(command, completion: completion)
            }
        case .publish(let channel, let message):
            redis.run(command) { [redis] result in
                guard case .failure(let error) = result, error.isOfRedis else { return completion(result) }
                redis.deliver(channel, message)
                completion(.success(.done))
            }
        default: redis.run(command, completion: completion)
        }
    }

    /// As the protocol states.
    public func subscribe(
        _ channel: String, listening: @escaping @Sendable () -> Void, _ receive: @escaping @Sendable ([UInt8]) -> Void
    ) -> any CacheSubscription { redis.subscribe(channel, listening: listening, receive) }

    /// Those of Redis.
    public var statistics: CacheStatistics { redis.statistics }

    /// As the protocol states.
    public func shutdown() async { await redis.shutdown() }
}

extension CacheError {
    /// Whether the reason lies with Redis and not with the command.
    fileprivate var isOfRedis: Bool {
        switch kind {
        case .unavailable, .timeout, .busy: true
        case .wrongType, .refused: false
        }
    }
}
