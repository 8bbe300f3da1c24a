public import HearthThreads
import Synchronization

/// A cache in the process: for hosts without Redis, and what remains of the limits while Redis is gone.
public final class LocalCache: Cache {
    private final class Shard: Sendable {
        let store: Mutex<LocalStore>
        init(capacity: Int) { store = Mutex(LocalStore(capacity: capacity)) }
    }

    private let shards: [Shard]
    private let now: @Sendable () -> Deadline
    private let channels = LocalChannels(isAlwaysListening: true)
    private let logs = Mutex(LocalLogs())
    private let hits = Atomic<Int>(0)
    private let misses = Atomic<Int>(0)
    private let errors = Atomic<Int>(0)

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - capacity: bytes of keys and values, with what keeping them costs; what was not used lately makes room
    ///   - now: the clock by which values end
    public init(capacity: Int = 64 << 20, now: @escaping @Sendable () -> Deadline = { .now }) {
        shards = (0..<16).map { _ in Shard(capacity: max(1, capacity / 16)) }
        self.now = now
    }

    /// As the protocol states; the completion is called before this returns.
    public func run(_ command: CacheCommand, completion: @escaping CacheCompletion) {
        let result = answer(command)
        if case .failure = result { errors.add(1, ordering: .relaxed) }
        completion(result)
    }

    /// The answer to a command, which is there at once.
    public func answer(_ command: CacheCommand) -> Result<CacheAnswer, CacheError> {
        if let refusal = command.refusal { return .failure(refusal) }
        let now = now()
        switch command {
        case .get(let key):
            let value = store(of: key) { $0.bytes(key, now) }
            if value == nil { misses.add(1, ordering: .relaxed) } else { hits.add(1, ordering: .relaxed) }
            return .success(.value(value))
        case .set(let key, let value, let ttl):
            store(of: key) { $0.set(key, .bytes(value), until: ttl.map { now + $0 }, now) }
            return .success(.done)
        case .delete(let key): return .success(.flag(store(of: key) { $0.remove(key, now) }))
        case .deletePrefix(let prefix):
            let count = shards.reduce(0) { $0 + $1.store.withLock { $0.remove(prefix: prefix, now) } }
            return .success(.number(Int64(count)))
        case .increment(let key, let amount, let ttl):
            return store(of: key) { $0.increment(key, by: amount, ttl: ttl, now) }.map { .number($0) }
        case .compareAndSet(let key, let expected, let new, let ttl):
            let isReplaced = store(of: key) { store in
                guard store.bytes(key, now) == expected else { return false }
                if let new {
                    store.set(key, .bytes(new), until: ttl.map { now + $0 }, now)
                } else {
                    _ = store.remove(key, now)
                }
                return true
            }
            return .success(.flag(isReplaced))
        case .take(let key, let limit, let window, let cost):
            return store(of: key) { $0.take(key, limit: limit, window: window, cost: cost, now) }.map { .allowance($0) }
        case .publish(let channel, let message):
            channels.publish(channel, message)
            return .success(.done)
        case .append(let log, let message, let keeping, let ttl):
            let entry = logs.withLock { $0.append(log, message, keeping: keeping, ttl, now) }
            channels.publish(log, entry.bytes)
            return .success(.entries(LogEntries(end: entry.position, messages: [message])))
        case .read(let log, let number, let ttl):
            return .success(.entries(logs.withLock { $0.read(log, after: number, ttl, now) }))
        case .join(let set, let member, let ttl):
            logs.withLock { $0.join(set, member, ttl, now) }
            return .success(.done)
        case .leave(let set, let member):
            logs.withLock { $0.leave(set, member) }
            return .success(.done)
        case .members(let set): return .success(.names(logs.withLock { $0.members(set, now) }))
        }
    }

    /// As the protocol states.
    public func subscribe(
        _ channel: String, listening: @escaping @Sendable () -> Void, _ receive: @escaping @Sendable ([UInt8]) -> Void
    ) -> any CacheSubscription { channels.subscribe(channel, listening, receive) }

    /// As the protocol states.
    public var statistics: CacheStatistics {
        CacheStatistics(
            hits: hits.load(ordering: .relaxed), misses: misses.load(ordering: .relaxed), errors: errors.load(ordering: .relaxed))
    }

    /// Nothing to do.
    public func shutdown() async {}

    private func store<R: Sendable>(of key: String, _ body: (inout sending LocalStore) -> sending R) -> R {
        shards[Int(key.hashValue.magnitude % UInt(shards.count))].store.withLock(body)
    }
}
