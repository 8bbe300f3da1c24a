import HearthThreads
import TestServers
import Testing

@testable import HearthCache

/// What happens when Redis does not: each test has a Redis of its own.
@Suite(.serialized) struct RedisFaultTests {
    @Test func `a Redis that is killed fails at once, and serves again when it is back, without a leaked connection`()
        async throws
    {
        try await PrivateRedis.with { redis in
            let cache = try await RedisCache.open(try redis.configuration())
            try await cache.set("a", [1])
            let connected = connections(to: redis.port)
            #expect(connected == 1)
            for _ in 0..<3 {
                redis.kill()
                try await eventually("the loss is noticed") { !cache.statistics.isConnected }
                let begin = Deadline.now
                for _ in 0..<1_000 {
                    let error = await failure { _ = try await cache.get("a") }
                    #expect(error?.kind == .unavailable)
                }
                // A thousand of them, each with a time limit of ten seconds.
                #expect(Deadline.now < begin + .seconds(10))
                try redis.start()
                try await eventually("it serves again") { (try? await cache.set("a", [2])) != nil }
                let found = try await cache.get("a")
                #expect(found == [2])
            }
            try await eventually("one connection is left") { connections(to: redis.port) == 1 }
            await cache.shutdown()
            let left = connections(to: redis.port)
            #expect(left == 0)
        }
    }

    @Test func `a Redis that hangs costs a time-out once, then nothing, until it answers again`() async throws {
        try await PrivateRedis.with { redis in
            let cache = try await RedisCache.open(try redis.configuration(timeout: .milliseconds(200)))
            try await cache.set("a", [1])
            redis.freeze()
            let first = await failure { _ = try await cache.get("a") }
            #expect(first?.kind == .timeout)
            let second = await failure { _ = try await cache.get("a") }
            #expect(second?.kind == .unavailable)
            redis.thaw()
            try await eventually("it answers again") { (try? await cache.get("a")) == [1] }
            await cache.shutdown()
        }
    }

    @Test func `after its return it counts as connected without having been asked`() async throws {
        try await PrivateRedis.with { redis in
            var configuration = try redis.configuration(timeout: .milliseconds(200))
            configuration.failureThreshold = 1
            let cache = try await RedisCache.open(configuration)
            redis.freeze()
            _ = await failure { try await cache.set("a", [1]) }
            #expect(!cache.statistics.isConnected)
            redis.thaw()
            try await eventually("it is connected") { cache.statistics.isConnected }
            try await cache.set("a", [2])
            await cache.shutdown()
        }
    }

    @Test func `calls under way end exactly once when the connection is lost`() async throws {
        try await PrivateRedis.with { redis in
            let cache = try await RedisCache.open(try redis.configuration(timeout: .milliseconds(500)))
            redis.freeze()
            let results = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<500 {
                    group.addTask { await failure { try await cache.set("k\(index)", [1]) } != nil }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(results.count == 500 && results.allSatisfy { $0 })
            redis.thaw()
            await cache.shutdown()
        }
    }

    @Test func `subscriptions survive the loss of Redis`() async throws {
        try await PrivateRedis.with { redis in
            let cache = try await RedisCache.open(try redis.configuration())
            let heard = Shared(Set<[UInt8]>())
            let beginnings = Shared(0)
            let subscription = cache.subscribe("news", listening: { beginnings.change { $0 += 1 } }) { message in
                heard.change { $0.insert(message) }
            }
            func hears(_ message: [UInt8]) async throws {
                try await eventually("a message is heard") {
                    try? await cache.publish("news", message)
                    return heard.value.contains(message)
                }
            }
            try await hears([1])
            redis.kill()
            try redis.start()
            try await hears([2])
            // Told each time, so that whoever minds can look for what he has missed.
            #expect(beginnings.value == 2)
            subscription.cancel()
            await cache.shutdown()
            let left = connections(to: redis.port)
            #expect(left == 0)
        }
    }

    @Test func `a connection for messages that hangs is replaced`() async throws {
        try await PrivateRedis.with { redis in
            let cache = try await RedisCache.open(try redis.configuration(timeout: .milliseconds(300)))
            let heard = Shared(Set<[UInt8]>())
            let subscription = cache.subscribe("news") { message in heard.change { $0.insert(message) } }
            try await eventually("it listens") {
                try? await cache.publish("news", [1])
                return heard.value.contains([1])
            }
            let before = sockets(to: redis.port)
            redis.freeze()
            // Nothing is asked on the connection for commands: only the heartbeat can have noticed it.
            try await eventually("the connection for messages is given up") { !before.isSubset(of: sockets(to: redis.port)) }
            redis.thaw()
            try await eventually("it listens again") {
                try? await cache.publish("news", [2])
                return heard.value.contains([2])
            }
            subscription.cancel()
            await cache.shutdown()
        }
    }

    @Test func `limits and messages of this host go on while Redis is gone`() async throws {
        try await PrivateRedis.with { redis in
            let redisCache = try await RedisCache.open(try redis.configuration())
            let cache = FallbackCache(redisCache)
            let heard = Shared(0)
            let subscription = cache.subscribe("news") { _ in heard.change { $0 += 1 } }
            redis.kill()
            try await eventually("the loss is noticed") { !cache.statistics.isConnected }
            var allowed = 0
            for _ in 0..<10 where try await cache.take("l", limit: 3, window: .seconds(60)).isAllowed { allowed += 1 }
            #expect(allowed == 3)
            try await cache.publish("news", [1])
            #expect(heard.value == 1)
            let error = await failure { _ = try await cache.get("a") }
            #expect(error?.kind == .unavailable)
            subscription.cancel()
            await cache.shutdown()
        }
    }

    @Test func `a password is given, and a wrong one keeps it unavailable`() async throws {
        try await PrivateRedis.with(password: "s3cret") { redis in
            let cache = try await RedisCache.open(try redis.configuration())
            try await cache.set("a", [1])
            let found = try await cache.get("a")
            #expect(found == [1])
            await cache.shutdown()
            var wrong = try redis.configuration()
            wrong.address.password = "guess"
            let other = try await RedisCache.open(wrong)
            let error = await failure { _ = try await other.get("a") }
            #expect(error?.kind == .unavailable)
            await other.shutdown()
            let left = connections(to: redis.port)
            #expect(left == 0)
        }
    }

    @Test func `two hosts share a limit exactly, also after the scripts were forgotten`() async throws {
        try await PrivateRedis.with { redis in
            let hosts = [
                try await RedisCache.open(try redis.configuration()), try await RedisCache.open(try redis.configuration()),
            ]
            for round in 0..<2 {
                let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for index in 0..<200 {
                        group.addTask {
                            try await hosts[index % 2].take("l\(round)", limit: 100, window: .seconds(60)).isAllowed
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(allowed == 100)
                // A Redis that was restarted knows no scripts.
                redis.kill()
                try redis.start()
                for host in hosts { try await eventually("it serves again") { (try? await host.set("x", [1])) != nil } }
            }
            for host in hosts { await host.shutdown() }
        }
    }
}
