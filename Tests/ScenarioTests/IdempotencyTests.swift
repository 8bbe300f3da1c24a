import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// A request that is sent again with its `Idempotency-Key` is not carried out again.
struct IdempotencyTests {
    private static func add(_ client: TestClient, _ title: String, key: String) async throws -> TestClient.Answer {
        try await client.send(
            .POST, "/api/habits/", json: ["title": .string(title)], headers: ["Idempotency-Key": key])
    }

    private static func titles(_ client: TestClient) async throws -> [String] {
        let list = try await client.get("/api/habits/").json
        return (0..<list.count).compactMap { list[$0]?["title"]?.string }
    }

    @Test func `a request that comes again is answered as it was, and nothing happens twice`() async throws {
        try await product(plugins: ["habits": ""]) { host, client in
            let ada = try await client.registered("ada")
            let first = try await Self.add(ada, "Read", key: "k-1")
            let second = try await Self.add(ada, "Read", key: "k-1")
            #expect(first.status == 201 && second.status == 201)
            #expect(first.body == second.body)
            #expect(first.headers.first(name: "Idempotency-Replayed") == nil)
            #expect(second.headers.first(name: "Idempotency-Replayed") == "true")
            #expect(second.headers.first(name: "Content-Type") == first.headers.first(name: "Content-Type"))
            // Another key is another request, and another user's key is another key.
            #expect(try await Self.add(ada, "Read", key: "k-2").status == 201)
            let bob = try await client.registered("bob")
            #expect(try await Self.add(bob, "Run", key: "k-1").json["title"] == "Run")
            let (ofAda, ofBob) = (try await Self.titles(ada), try await Self.titles(bob))
            #expect(ofAda == ["Read", "Read"] && ofBob == ["Run"])
        }
    }

    @Test func `a key stands for one request`() async throws {
        try await product(plugins: ["habits": ""]) { host, client in
            let ada = try await client.registered("ada")
            #expect(try await Self.add(ada, "Read", key: "k").status == 201)
            let other = try await Self.add(ada, "Run", key: "k")
            #expect(other.status == 422 && other.detail?.contains("another request") == true)
            for bad in ["", "two words", String(repeating: "k", count: 256)] {
                #expect(try await Self.add(ada, "Run", key: bad).status == 400)
            }
            let titles = try await Self.titles(ada)
            #expect(titles == ["Read"])
        }
    }

    @Test func `of many at once one is carried out`() async throws {
        try await product(plugins: ["habits": ""]) { host, client in
            let ada = try await client.registered("ada")
            let answers = try await together(64) { _ in try await Self.add(ada, "Read", key: "k") }
            let fresh = answers.count { $0.status == 201 && $0.headers.first(name: "Idempotency-Replayed") == nil }
            let others = answers.count { $0.status == 409 || $0.headers.first(name: "Idempotency-Replayed") == "true" }
            #expect(fresh == 1 && others == 63)
            let titles = try await Self.titles(ada)
            #expect(titles == ["Read"])
            #expect(try await Self.add(ada, "Read", key: "k").status == 201)
        }
    }

    @Test func `whoever leaves before the answer gets it when he comes back`() async throws {
        try await product(plugins: ["habits": ""]) { host, client in
            let ada = try await client.registered("ada")
            for number in 0..<20 {
                let hasty = Task { try await Self.add(ada, "h\(number)", key: "k\(number)") }
                try await Task.sleep(for: .microseconds(200 * number))
                hasty.cancel()
                _ = await hasty.result
                let isAnswered = try await eventually {
                    try await Self.add(ada, "h\(number)", key: "k\(number)").status == 201
                }
                #expect(isAnswered)
            }
            let titles = try await Self.titles(ada)
            #expect(titles.sorted() == (0..<20).map { "h\($0)" }.sorted())
        }
    }

    @Test func `a refusal leaves the key free, and after a day it is forgotten`() async throws {
        try await product(plugins: ["habits": ""]) { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let done = try await ada.complete(habit)
            let id = try #require(done.json["id"]?.string)
            func complete() async throws -> TestClient.Answer {
                try await ada.send(
                    .POST, "/api/completions/", json: ["habit_id": .string(habit)], headers: ["Idempotency-Key": "again"])
            }
            #expect(try await complete().status == 400)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
            #expect(try await complete().status == 201)
            #expect(try await complete().status == 201)
            host.clock.advance(by: .seconds(86_401))
            // A new day, a new request: not the answer of yesterday.
            let next = try await complete()
            #expect(next.status == 201 && next.headers.first(name: "Idempotency-Replayed") == nil)
            #expect(try await ada.get("/api/habits/\(habit)/history").json.count == 2)
        }
    }
}
