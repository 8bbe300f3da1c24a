import HearthThreads
import Testing

@testable import HearthCache

@Suite struct CacheTests {
    @Test(arguments: CacheEngine.allCases)
    func `what was stored is found until it is deleted, whatever bytes it has`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let bytes: [UInt8] = [0, 13, 10, 255, 0, 36]
            let before = try await cache.get(prefix + "a")
            #expect(before == nil)
            try await cache.set(prefix + "a", bytes)
            try await cache.set(prefix + "empty", [])
            let found = try await cache.get(prefix + "a")
            let empty = try await cache.get(prefix + "empty")
            #expect(found == bytes && empty == [])
            let wasThere = try await cache.delete(prefix + "a")
            let isThere = try await cache.delete(prefix + "a")
            let after = try await cache.get(prefix + "a")
            #expect(wasThere && !isThere && after == nil)
            #expect(cache.statistics.hits == 2 && cache.statistics.misses == 2)
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a value with a time to live ends, and a later one without it stays`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            try await cache.set(prefix + "short", [1], ttl: .milliseconds(30))
            try await cache.set(prefix + "kept", [1], ttl: .milliseconds(30))
            try await cache.set(prefix + "kept", [2])
            try await eventually("the value ends") { try await cache.get(prefix + "short") == nil }
            let kept = try await cache.get(prefix + "kept")
            #expect(kept == [2])
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a prefix deletes its keys and no others, and has no wildcards`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            for index in 0..<2_500 { try await cache.set(prefix + "a*b:\(index)", [1]) }
            try await cache.set(prefix + "aXb:1", [1])
            try await cache.set(prefix + "a", [1])
            let count = try await cache.delete(prefix: prefix + "a*b:")
            #expect(count == 2_500)
            let others = [try await cache.get(prefix + "aXb:1"), try await cache.get(prefix + "a")]
            let gone = try await cache.get(prefix + "a*b:7")
            #expect(others == [[1], [1]] && gone == nil)
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `of many who add at once none is lost`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<200 { group.addTask { try await cache.increment(prefix + "n", by: 2, ttl: .seconds(60)) } }
                try await group.waitForAll()
            }
            let sum = try await cache.increment(prefix + "n", by: -400)
            #expect(sum == 0)
            try await cache.set(prefix + "text", [UInt8]("seven"))
            let error = await failure { try await cache.increment(prefix + "text") }
            #expect(error?.kind == .wrongType)
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `of many who replace a value at once one succeeds`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        try await cache.compareAndSet(prefix + "c", expected: nil, new: [UInt8(index)], ttl: .seconds(60))
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
            let winner = try await cache.get(prefix + "c")
            let isWrong = try await cache.compareAndSet(prefix + "c", expected: [99], new: [1])
            let isRemoved = try await cache.compareAndSet(prefix + "c", expected: winner, new: nil)
            let after = try await cache.get(prefix + "c")
            #expect(!isWrong && isRemoved && after == nil)
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a limit lets exactly as many through as it says, and opens again`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let window = Duration.milliseconds(1_500)
            let allowed = try await withThrowingTaskGroup(of: Allowance.self) { group in
                for _ in 0..<200 { group.addTask { try await cache.take(prefix + "l", limit: 100, window: window) } }
                return try await group.reduce(into: [Allowance]()) { $0.append($1) }
            }
            #expect(allowed.count { $0.isAllowed } == 100)
            #expect(allowed.allSatisfy { $0.reset > .zero && $0.reset <= window && $0.remaining >= 0 })
            #expect(Set(allowed.filter(\.isAllowed).map(\.remaining)) == Set(0..<100))
            let expensive = try await cache.take(prefix + "m", limit: 10, window: window, cost: 11)
            let cheap = try await cache.take(prefix + "m", limit: 10, window: window, cost: 10)
            #expect(!expensive.isAllowed && expensive.remaining == 10 && cheap.isAllowed && cheap.remaining == 0)
            try await eventually("the window opens again") {
                try await cache.take(prefix + "l", limit: 100, window: window).isAllowed
            }
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a message reaches every subscriber of its channel, and nobody else`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let (first, second, other) = (Shared<[[UInt8]]>([]), Shared<[[UInt8]]>([]), Shared<[[UInt8]]>([]))
            let subscription = cache.subscribe(prefix + "c") { message in first.change { $0.append(message) } }
            let another = cache.subscribe(prefix + "c") { message in second.change { $0.append(message) } }
            let elsewhere = cache.subscribe(prefix + "d") { message in other.change { $0.append(message) } }
            // A subscription may take a moment to reach the server.
            try await eventually("both listen") {
                try await cache.publish(prefix + "c", [0])
                return !first.value.isEmpty && !second.value.isEmpty
            }
            for number in 1...50 as ClosedRange<UInt8> { try await cache.publish(prefix + "c", [number, 0, 255]) }
            let all = (1...50).map { [UInt8($0), 0, 255] }
            try await eventually("all arrive in their order") {
                first.value.filter { $0 != [0] } == all && second.value.filter { $0 != [0] } == all
            }
            subscription.cancel()
            try await cache.publish(prefix + "c", [77])
            try await eventually("the other one still listens") { second.value.contains([77]) }
            #expect(!first.value.contains([77]))
            #expect(other.value.isEmpty)
            another.cancel()
            elsewhere.cancel()
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a log numbers its messages, keeps the latest, and sends them to its subscribers`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let log = prefix + "log"
            let heard = Shared<[LogEntry]>([])
            let isListening = Shared(false)
            let subscription = cache.subscribe(log, listening: { isListening.change { $0 = true } }) { message in
                if let entry = LogEntry(message) { heard.change { $0.append(entry) } }
            }
            try await eventually("it listens") { isListening.value }
            let empty = try await cache.read(log, after: 0, ttl: .seconds(60))
            #expect(empty.end.number == 0)
            #expect(empty.messages.isEmpty)
            for number in 1...5 as ClosedRange<UInt8> {
                let position = try await cache.append(log, [number, 0, 32, 255], keeping: 3, ttl: .seconds(60))
                #expect(position == LogPosition(epoch: empty.end.epoch, number: Int64(number)))
                #expect(LogPosition(position.description) == position)
            }
            let all = (1...5).map { number in
                LogEntry(
                    position: LogPosition(epoch: empty.end.epoch, number: Int64(number)), message: [UInt8(number), 0, 32, 255])
            }
            try await eventually("all arrive in their order") { heard.value == all }
            let rest = try await cache.read(log, after: 3, ttl: .seconds(60))
            #expect(rest.entries == Array(all.suffix(2)))
            #expect(rest.continues(all[2].position))
            let kept = try await cache.read(log, after: 1, ttl: .seconds(60))
            #expect(kept.entries == Array(all.suffix(3)))
            #expect(!kept.continues(all[0].position))
            #expect(!kept.continues(LogPosition(epoch: "another", number: 2)))
            subscription.cancel()
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a log that nobody has used for a while begins anew`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let first = try await cache.append(prefix + "log", [1], keeping: 3, ttl: .milliseconds(20))
            try await eventually("it is forgotten") {
                try await Task.sleep(for: .milliseconds(30))
                let now = try await cache.read(prefix + "log", after: 0, ttl: .milliseconds(20))
                return now.end.epoch != first.epoch && now.end.number == 0
            }
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `members of a set are those who have joined and not left, for as long as they said`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let set = prefix + "set"
            #expect(try await cache.members(set) == [])
            for member in ["a", "b", "a"] { _ = try await cache.run(.join(set: set, member: member, ttl: .seconds(60))) }
            #expect(try await cache.members(set).sorted() == ["a", "b"])
            _ = try await cache.run(.leave(set: set, member: "a"))
            #expect(try await cache.members(set) == ["b"])
            _ = try await cache.run(.join(set: set, member: "b", ttl: .milliseconds(20)))
            try await eventually("the time is over") { try await cache.members(set).isEmpty }
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `what is too large or senseless is refused with the limit`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let wrong: [CacheCommand] = [
                .get(""), .get(String(repeating: "k", count: 513)),
                .set(prefix, [UInt8](repeating: 0, count: 1 << 20 + 1), ttl: nil),
                .set(prefix, [], ttl: .zero), .deletePrefix(""), .take(prefix, limit: -1, window: .seconds(1), cost: 1),
                .take(prefix, limit: 1, window: .seconds(1), cost: 0), .publish(channel: "", message: []),
            ]
            for command in wrong {
                let error = await failure { _ = try await cache.run(command) }
                #expect(error?.kind == .refused, "\(command)")
            }
        }
    }
}
