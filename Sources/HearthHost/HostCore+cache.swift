import HearthCache
import HearthConfiguration
import Logging

extension HostCore {
    /// The Redis that hosts share; nil when there is none, and the cache is in the process.
    ///
    /// - Throws: `ConfigurationErrors` when the address is wrong. A Redis that does not answer refuses no start.
    static func openCache(_ environment: HostEnvironment, _ logger: Logger) async throws -> (any Cache)? {
        guard let url = environment.redisURL else { return nil }
        do throws(CacheError) {
            var configuration = RedisConfiguration(try RedisAddress(url), logger: logger)
            configuration.commandTimeout = .milliseconds(environment.redisMilliseconds)
            configuration.queueLength = environment.redisQueue
            configuration.failureThreshold = environment.redisBreakerFailures
            configuration.breakerRest = .milliseconds(environment.redisBreakerMilliseconds)
            return FallbackCache(try await RedisCache.open(configuration))
        } catch {
            throw ConfigurationErrors([ConfigurationError(file: "environment", key: "REDIS_URL", message: error.message)])
        }
    }

    /// What the cache has done.
    static func cacheMetrics(_ cache: any Cache) -> [MetricReading] {
        let statistics = cache.statistics
        return [
            MetricReading(.counter, "hearth_cache_hits_total", [], statistics.hits),
            MetricReading(.counter, "hearth_cache_misses_total", [], statistics.misses),
            MetricReading(.counter, "hearth_cache_errors_total", [], statistics.errors),
        ]
    }
}

extension HostCore {
    /// Who is connected.
    static func realtimeMetrics(_ hub: RealtimeHub) -> [MetricReading] {
        [MetricReading(.gauge, "hearth_realtime_clients", [], hub.clientCount)]
    }
}
