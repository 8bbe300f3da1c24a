import HearthJSON
import NIOHTTP1
import Testing

/// Requests that plugins complete late, twice, never or wrongly.
@Suite(.serialized) struct PluginCompletionTests {
    @Test func `a late completion is stale and harms nobody`() async throws {
        try await PluginScenario.run(("late-completion", "")) { host, client async throws in
            let answer = try await client.get("/api/late-completion/answer")
            #expect(answer.status == 200)
            #expect(answer.json["answer"] == "first")
            #expect(try await client.seen(by: "late-completion") == 2)
            #expect(host.log.contains("context that is over", "plugin=late-completion"))
        }
    }

    @Test(arguments: ["respond", "fail"]) func `of two completions the first counts`(_ way: String) async throws {
        try await PluginScenario.run(("double-completion", "")) { host, client async throws in
            let answer = try await client.get("/api/double-completion/\(way)")
            #expect(answer.status == 200)
            #expect(answer.json["answer"] == "first")
            #expect(try await client.seen(by: "double-completion") == 2)
            #expect(host.log.contains("context that is over", "plugin=double-completion"))
        }
    }

    @Test func `after the deadline the client has 504 and the plugin still has its request`() async throws {
        try await PluginScenario.run(("completion-after-deadline", "")) { host, client async throws in
            #expect(try await client.get("/api/completion-after-deadline/answer").status == 504)
            // HEARTH_FAILED would mean that the request's memory had changed.
            #expect(try await client.seen(by: "completion-after-deadline") == 8)
            #expect(host.log.contains("missed its deadline", "plugin=completion-after-deadline"))
        }
    }

    @Test func `a request that is never completed ends with 504 and holds up neither others nor the stop`() async throws {
        let environment = ["DRAIN_SECONDS": "1"]
        try await PluginScenario.run(("never-completes", ""), environment: environment, letsGo: false) {
            host, client async throws in
            for _ in 0..<3 { #expect(try await client.get("/api/never-completes/never").status == 504) }
            #expect(try await client.get("/api/never-completes/ping").status == 200)
            #expect(host.log.contains("missed its deadline", "plugin=never-completes"))
        }
    }

    @Test(arguments: ["failed", "unknown", "silent"]) func `a handler that fails is 500 at once`(_ way: String) async throws {
        try await PluginScenario.run(("failing-handler", "")) { host, client async throws in
            let answer = try await client.get("/api/failing-handler/\(way)")
            #expect(answer.status == 500)
            #expect(answer.detail == "Internal server error")
            #expect(host.log.contains("A handler", "plugin=failing-handler", "/failing-handler/\(way)"))
        }
    }

    @Test func `an invented context is stale for every call`() async throws {
        try await PluginScenario.run(("invented-context", "")) { host, client async throws in
            let answer = try await client.get("/api/invented-context/try")
            #expect(answer.status == 200)
            #expect(answer.json["statuses"]?.count == 25)
            for index in 0..<25 { #expect(answer.json["statuses"]?[index]?.int == 2) }
            #expect(host.log.contains("context that is over", "plugin=invented-context"))
        }
    }

    @Test func `nothing is registered after init`() async throws {
        try await PluginScenario.run(("late-registration", "")) { _, client async throws in
            #expect(try await client.seen(by: "late-registration") == 5)
            #expect(try await client.get("/api/late-registration/late").status == 404)
            let description = try await client.get("/api/openapi.json")
            #expect(!description.body.contains("/late-registration/late"))
        }
    }

    @Test(arguments: [
        "low-status", "high-status", "no-size", "null-body", "not-utf8", "second-header", "bad-name", "null-response",
        "fail-with-success",
    ]) func `a malformed answer is refused and the request stays open`(_ way: String) async throws {
        try await PluginScenario.run(("garbage-answers", "")) { _, client async throws in
            let answer = try await client.get("/api/garbage-answers/\(way)")
            #expect(answer.status == 200)
            #expect(answer.json["status"]?.int == 3)
            #expect(!answer.headers.contains(name: "X-Injected"))
        }
    }

    @Test func `structs of another version work`() async throws {
        try await PluginScenario.run(("truncated-tables", "")) { _, client async throws in
            #expect(try await client.get("/api/truncated-tables/route").status == 200)
            let short = try await client.get("/api/truncated-tables/short")
            #expect(short.status == 204)
            #expect(short.body == "")
            #expect(try await client.get("/api/truncated-tables/long").json["long"] == true)
            let context = try await client.get("/api/truncated-tables/context").json
            #expect(context["status"]?.int == 0)
            #expect(context["untouched"] == true)
            #expect(context["cancelled"]?.int == 0)
            #expect(context["has_deadline"] == true)
            #expect(try await client.get("/api/truncated-tables/statement").json["status"]?.int == 0)
        }
    }
}
