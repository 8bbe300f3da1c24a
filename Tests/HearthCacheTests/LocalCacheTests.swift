import HearthThreads
import Testing

@testable import HearthCache

@Suite struct LocalCacheTests {
    @Test func `it stays within its bounds and keeps what is used`() async throws {
        let cache = LocalCache(capacity: 16 * 64 * 1_024)
        try await cache.set("popular", [1])
        for index in 0..<20_000 {
            try await cache.set("key \(index)", [UInt8](repeating: 0, count: 1_000))
            if index % 10 == 0 { _ = try await cache.get("popular") }
        }
        var kept = 0
        for index in 0..<20_000 where try await cache.get("key \(index)") != nil { kept += 1 }
        let popular = try await cache.get("popular")
        #expect(kept > 100 && kept < 1_000, "\(kept)")
        #expect(popular == [1])
    }

    @Test func `values and windows end by the clock that it was given`() async throws {
        let time = Shared(Deadline(uptimeNanoseconds: 1_000))
        let cache = LocalCache { time.value }
        try await cache.set("v", [1], ttl: .seconds(10))
        let first = try await cache.take("l", limit: 1, window: .seconds(60))
        #expect(first == Allowance(isAllowed: true, remaining: 0, reset: .seconds(60)))
        time.change { $0 = $0 + .seconds(9) }
        let refused = try await cache.take("l", limit: 1, window: .seconds(60))
        #expect(refused == Allowance(isAllowed: false, remaining: 0, reset: .seconds(51)))
        let before = try await cache.get("v")
        time.change { $0 = $0 + .seconds(1) }
        let after = try await cache.get("v")
        #expect(before == [1] && after == nil)
        time.change { $0 = $0 + .seconds(50) }
        let again = try await cache.take("l", limit: 1, window: .seconds(60))
        #expect(again == Allowance(isAllowed: true, remaining: 0, reset: .seconds(60)))
    }
}
