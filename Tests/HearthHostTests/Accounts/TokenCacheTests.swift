import HearthDatabase
import Testing

@testable import HearthHost

@Suite struct TokenCacheTests {
    private func entry(_ number: UInt64, user: UInt64 = 0) -> TokenCache<String>.Entry {
        let token = AccessToken(
            user: DatabaseUUID(high: 1, low: user), id: DatabaseUUID(high: 2, low: number), issuedAt: 0, expiresAt: 1)
        return .init(owner: "owner of \(number)", token: token)
    }

    @Test func `what was inserted is found until it is dropped`() {
        let cache = TokenCache<String>()
        for number in 0..<100 {
            cache.insert(entry(UInt64(number), user: UInt64(number % 3)), for: "token \(number)x", since: cache.moment)
        }
        #expect(cache.count == 100)
        #expect(cache.entry(for: "token 7x")?.owner == "owner of 7")
        cache.drop { $0.id == DatabaseUUID(high: 2, low: 7) }
        #expect(cache.entry(for: "token 7x") == nil)
        cache.drop { $0.user == DatabaseUUID(high: 1, low: 0) }
        for number in 0..<100 {
            let isExpected = number != 7 && number % 3 != 0
            #expect(cache.entry(for: "token \(number)x")?.owner == (isExpected ? "owner of \(number)" : nil))
        }
    }

    @Test func `it stays within its capacity and keeps what is used`() {
        let cache = TokenCache<String>(capacity: 64)
        cache.insert(entry(0), for: "favourite", since: cache.moment)
        for number in 1...10_000 {
            cache.insert(entry(UInt64(number)), for: "token \(number)x", since: cache.moment)
            #expect(cache.entry(for: "favourite") != nil)
        }
        #expect(cache.count <= 64)
        #expect(cache.entry(for: "token 10000x") != nil)
        #expect(cache.entry(for: "token 1x") == nil)
    }

    @Test func `it stays whole when dropping and inserting alternate`() {
        let cache = TokenCache<String>(capacity: 32)
        for number in 0..<5_000 {
            cache.insert(entry(UInt64(number)), for: "token \(number)x", since: cache.moment)
            if number % 7 == 0 { cache.drop { $0.id.low % 3 == 0 } }
            if let found = cache.entry(for: "token \(number / 2)x") { #expect(found.owner == "owner of \(number / 2)") }
        }
        #expect(cache.count <= 32)
    }

    @Test func `what was read before a drop is not inserted after it`() {
        let cache = TokenCache<String>()
        let moment = cache.moment
        cache.drop { _ in false }
        cache.insert(entry(1), for: "token", since: moment)
        #expect(cache.entry(for: "token") == nil)
        cache.insert(entry(1), for: "token", since: cache.moment)
        #expect(cache.entry(for: "token") != nil)
    }
}
