import HTTPTypes
import HearthCache
import Synchronization
import Testing

@testable import HearthHTTP
@testable import HearthHost

@Suite struct RequestLimiterTests {
    @Test func `of many requests at the same time exactly those within the limit pass`() async throws {
        let fixture = try LimitFixture(user: 100)
        let statuses = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<200 { group.addTask { await fixture.send("/mine", as: "ada").status } }
            return await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [200: 100, 429: 100])
        #expect(fixture.calls.load(ordering: .relaxed) == 100)
    }

    @Test func `header fields say what is allowed and what is left`() async throws {
        let fixture = try LimitFixture()
        let first = await fixture.send("/mine", as: "ada")
        #expect(first.policy == "\"default\";q=100;w=60")
        #expect(first.left == "\"default\";r=99;t=60")
        fixture.clock.advance(by: .milliseconds(1500))
        let second = await fixture.send("/mine", as: "ada")
        // 58.5 seconds are left.
        #expect(second.left == "\"default\";r=98;t=59")
        let address = await fixture.send("/public")
        #expect(address.policy == "\"anonymous\";q=300;w=60")
        #expect(address.left == "\"anonymous\";r=299;t=60")
        let login = await fixture.send("/login", method: .post)
        #expect(login.policy == "\"login\";q=10;w=60" && login.left == "\"login\";r=9;t=60")
        let own = await fixture.send("/own", as: "ada")
        #expect(own.policy == "\"GET /api/own\";q=2;w=60" && own.left == "\"GET /api/own\";r=1;t=60")
    }

    @Test func `too many requests are told how long to wait`() async throws {
        let fixture = try LimitFixture(user: 1)
        _ = await fixture.send("/mine", as: "ada")
        fixture.clock.advance(by: .milliseconds(17_200))
        let refused = await fixture.send("/mine", as: "ada")
        #expect(refused.status == 429)
        #expect(refused.detail == "Too many requests, try again in 43 seconds")
        #expect(refused.errorFields[.retryAfter] == "43")
        #expect(refused.policy == "\"default\";q=1;w=60" && refused.left == "\"default\";r=0;t=43")
        fixture.clock.advance(by: .milliseconds(42_000))
        let last = await fixture.send("/mine", as: "ada")
        #expect(last.detail == "Too many requests, try again in 1 second" && last.errorFields[.retryAfter] == "1")
        #expect(fixture.metrics.text.contains("host_rate_limit_refusals_total{policy=\"default\"} 2.0\n"))
    }

    @Test func `what is refused costs nothing, and the next window opens for as many`() async throws {
        let fixture = try LimitFixture(user: 3)
        #expect(await fixture.statuses(5, "/mine", as: "ada") == [200, 200, 200, 429, 429])
        fixture.clock.advance(by: .milliseconds(59_999))
        #expect(await fixture.send("/mine", as: "ada").status == 429)
        fixture.clock.advance(by: .milliseconds(1))
        #expect(await fixture.statuses(4, "/mine", as: "ada") == [200, 200, 200, 429])
    }

    @Test func `a user is counted over all routes, and apart from other users`() async throws {
        let fixture = try LimitFixture(user: 2)
        #expect(await fixture.send("/mine", as: "ada").status == 200)
        #expect(await fixture.send("/also-mine", as: "ada", from: "192.0.2.2").status == 200)
        #expect(await fixture.send("/mine", as: "ada", from: "192.0.2.3").status == 429)
        #expect(await fixture.statuses(3, "/mine", as: "bob") == [200, 200, 429])
    }

    @Test func `nobody is counted by address, and apart from users there`() async throws {
        let fixture = try LimitFixture(user: 1, address: 2)
        #expect(await fixture.statuses(3, "/public") == [200, 200, 429])
        #expect(await fixture.send("/either").status == 429)
        #expect(await fixture.send("/either", as: "ada").status == 200)
        #expect(await fixture.statuses(3, "/public", from: "192.0.2.2") == [200, 200, 429])
        // On a Unix socket all are one.
        #expect(await fixture.statuses(3, "/public", from: nil) == [200, 200, 429])
    }

    @Test func `addresses of one IPv6 network are counted together`() async throws {
        let fixture = try LimitFixture(address: 2)
        #expect(await fixture.send("/public", from: "2001:db8:0:1::1").status == 200)
        #expect(await fixture.send("/public", from: "2001:db8:0:1:ffff::2").status == 200)
        #expect(await fixture.send("/public", from: "2001:db8:0:1::3").status == 429)
        #expect(await fixture.send("/public", from: "2001:db8:0:2::1").status == 200)
        #expect(CallerAddress.counted("2001:db8:0:1::1") == "2001:db8:0:1::/64")
        #expect(CallerAddress.counted("::ffff:192.0.2.1") == "192.0.2.1")
        #expect(CallerAddress.counted("fe80::1%eth0") == "fe80::1%eth0")
    }

    @Test func `logins have a count of their own, wrong passwords included`() async throws {
        let fixture = try LimitFixture(address: 5, login: 2)
        #expect(await fixture.statuses(3, "/login", method: .post) == [401, 401, 429])
        #expect(await fixture.statuses(6, "/public") == [200, 200, 200, 200, 200, 429])
        #expect(await fixture.send("/login", from: "192.0.2.2", method: .post).status == 401)
        // A token makes no difference: the route does not look at it.
        #expect(await fixture.send("/login", as: "ada", method: .post).status == 429)
    }

    @Test func `whoever guesses tokens is counted by address`() async throws {
        let fixture = try LimitFixture(address: 3)
        #expect(await fixture.statuses(2, "/mine", as: "bad") == [401, 401])
        #expect(await fixture.statuses(2, "/mine") == [401, 429])
        #expect(await fixture.send("/mine", as: "bad").status == 429)
        #expect(await fixture.send("/mine", as: "ada").status == 200)
    }

    @Test func `a route's own limit counts this route alone`() async throws {
        let fixture = try LimitFixture(user: 1)
        #expect(await fixture.statuses(3, "/own", as: "ada") == [200, 200, 429])
        #expect(await fixture.statuses(4, "/other", as: "ada") == [200, 200, 200, 429])
        #expect(await fixture.statuses(2, "/mine", as: "ada") == [200, 429])
        #expect(await fixture.statuses(3, "/own", as: "bob") == [200, 200, 429])
    }

    @Test func `errors have the fields too`() async throws {
        let fixture = try LimitFixture()
        for (path, user, status) in [
            ("/missing", "ada", 404), ("/broken", "ada", 500), ("/admin", "ada", 403), ("/mine", "bad", 401),
        ] {
            let answer = await fixture.send(path, as: user)
            #expect(answer.status == status)
            #expect(answer.policy != nil && answer.left != nil, "\(path)")
        }
        #expect(await fixture.send("/mine", as: "ada").left == "\"default\";r=96;t=60")
    }

    @Test func `exempt routes and unknown paths are not counted`() async throws {
        let fixture = try LimitFixture(address: 1)
        for path in ["/free", "/nowhere"] {
            let answers = await fixture.statuses(5, path)
            #expect(!answers.contains(429))
            let last = await fixture.send(path)
            #expect(last.policy == nil && last.left == nil)
        }
        #expect(await fixture.statuses(2, "/public") == [200, 429])
    }

    @Test func `limits that are off let everything pass without a word`() async throws {
        let fixture = try LimitFixture(user: 1, isOff: true)
        #expect(await fixture.statuses(5, "/mine", as: "ada") == [200, 200, 200, 200, 200])
        #expect(await fixture.send("/mine", as: "ada").policy == nil)
    }

    @Test func `when the cache fails requests pass, and a metric counts them`() async throws {
        let fixture = try LimitFixture(user: 1, cache: HeldCache(failure: CacheError(.unavailable, "gone")))
        #expect(await fixture.statuses(3, "/mine", as: "ada") == [200, 200, 200])
        #expect(await fixture.send("/mine", as: "ada").policy == nil)
        #expect(fixture.metrics.text.contains("host_rate_limit_failures_total 4.0\n"))
    }

    @Test(.timeLimit(.minutes(1))) func `requests wait for a cache that answers later`() async throws {
        let cache = HeldCache()
        let fixture = try LimitFixture(cache: cache)
        async let answers = withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { await fixture.send("/mine", as: "ada").status } }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        while cache.count < 20 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(fixture.calls.load(ordering: .relaxed) == 0)
        cache.answer(.success(.allowance(Allowance(isAllowed: false, remaining: 0, reset: .seconds(9)))))
        let statuses = await answers
        #expect(statuses == Array(repeating: 429, count: 20))
    }

    @Test func `names that header fields cannot hold are written as near as they can`() {
        #expect(RateLimitPolicy("a\"b\\c", requests: 5).field == "\"a\\\"b\\\\c\";q=5;w=60")
        #expect(RateLimitPolicy("GET /api/café", requests: 5).field == "\"GET /api/caf?\";q=5;w=60")
    }
}
