import Testing

@testable import HearthCache

@Suite struct SingleFlightTests {
    @Test(arguments: CacheEngine.allCases)
    func `a value is computed once for all who ask at once, and then kept`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let flight = SingleFlight(cache)
            let computations = Shared(0)
            let answers = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await flight.value(prefix + "k", ttl: .seconds(60)) {
                            computations.change { $0 += 1 }
                            try await Task.sleep(for: .milliseconds(20))
                            return [42]
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: [42], count: 20))
            #expect(try await flight.value(prefix + "k", ttl: .seconds(60)) { [43] } == [42])
            let count = computations.value
            #expect(count == 1)
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a value whose computation began before an invalidation is not kept`(engine: CacheEngine) async throws {
        try await withCache(engine) { cache, prefix in
            let flight = SingleFlight(cache)
            let (started, start) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            let old = Task {
                try await flight.value(prefix + "k", ttl: .seconds(60)) {
                    start.finish()
                    for await _ in released {}
                    return [1]
                }
            }
            for await _ in started {}
            try await flight.invalidate(prefix + "k")
            release.finish()
            let stale = try await old.value
            #expect(stale == [1])
            let kept = try await cache.get(prefix + "k")
            #expect(kept == nil)
            let fresh = try await flight.value(prefix + "k", ttl: .seconds(60)) { [2] }
            #expect(fresh == [2])
        }
    }

    @Test(arguments: CacheEngine.allCases)
    func `a computation that fails is told to all and kept by nobody`(engine: CacheEngine) async throws {
        struct Broken: Error {}
        try await withCache(engine) { cache, prefix in
            let flight = SingleFlight(cache)
            await #expect(throws: Broken.self) { _ = try await flight.value(prefix + "k", ttl: .seconds(60)) { throw Broken() } }
            let next = try await flight.value(prefix + "k", ttl: .seconds(60)) { [3] }
            #expect(next == [3])
        }
    }
}
