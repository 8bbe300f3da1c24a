import Glibc
import HearthThreads
import Synchronization

/// A cache in Redis, which hosts share.
///
/// One connection carries the commands of all threads, those of one turn in one write; a second one carries messages, from the
/// first subscription on. While Redis is gone every command fails at once with `unavailable`; connections come back by
/// themselves, at most half a second after Redis does, and listen again.
public final class RedisCache: Cache {
    private let driver: RedisDriver
    private let channels: LocalChannels
    private let hits = Atomic<Int>(0)
    private let misses = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)

    private init(_ loop: EventLoop, _ configuration: RedisConfiguration) {
        channels = LocalChannels()
        driver = RedisDriver(loop, configuration, channels)
        channels.follow { [weak driver] in driver?.update($0) }
    }

    /// Starts the client and waits for the first attempt to connect. A Redis that is not there is no error: it may come.
    ///
    /// - Throws: `unavailable` when the system has no thread left
    public static func open(_ configuration: RedisConfiguration) async throws(CacheError) -> RedisCache {
        let loop: EventLoop
        do throws(EventLoopError) {
            loop = try EventLoop(name: "redis")
        } catch {
            throw CacheError(.unavailable, "the system has no thread for the cache left: \(error)")
        }
        // The library writes without MSG_NOSIGNAL: a Redis that has hung up must not end the process.
        loop.execute {
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
        }
        let cache = RedisCache(loop, configuration)
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            cache.driver.start { continuation.resume() }
        }
        return cache
    }

    /// As the protocol states.
    public func run(_ command: CacheCommand, completion: @escaping CacheCompletion) {
        if let refusal = command.refusal {
            errors.add(1, ordering: .relaxed)
            return completion(.failure(refusal))
        }
        driver.run(command) { result in
            switch result {
            case .success(.value(nil)): self.misses.add(1, ordering: .relaxed)
            case .success(.value): self.hits.add(1, ordering: .relaxed)
            case .success: break
            case .failure: self.errors.add(1, ordering: .relaxed)
            }
            completion(result)
        }
    }

    /// As the protocol states.
    public func subscribe(
        _ channel: String, listening: @escaping @Sendable () -> Void, _ receive: @escaping @Sendable ([UInt8]) -> Void
    ) -> any CacheSubscription { channels.subscribe(channel, listening, receive) }

    /// Hands a message to the subscribers of this host only.
    func deliver(_ channel: String, _ message: [UInt8]) { channels.publish(channel, message) }

    /// As the protocol states.
    public var statistics: CacheStatistics {
        CacheStatistics(
            hits: hits.load(ordering: .relaxed), misses: misses.load(ordering: .relaxed), errors: errors.load(ordering: .relaxed),
            isConnected: driver.isServing)
    }

    /// As the protocol states.
    public func shutdown() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            driver.stop { continuation.resume() }
        }
    }
}
