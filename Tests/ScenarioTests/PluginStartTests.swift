import HearthJSON
import Testing

/// Plugins that cannot start: the host says why, and starts without them only if it may.
@Suite(.serialized) struct PluginStartTests {
    /// A plugin that cannot start, who has to be there beside it, and what the operator has to read.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let id: String
        var companion = "greeter"
        let words: [String]
        var testDescription: String { id }
    }

    static let refusals = [
        Refusal(id: "wrong-abi", words: ["wrong-abi", "999"]),
        Refusal(id: "wrong-id", words: ["wrong-id", "somebody-else"]),
        Refusal(id: "no-entry", words: ["libno-entry.so", "hearth_plugin_entry"]),
        Refusal(id: "null-descriptor", words: ["libnull-descriptor.so", "NULL"]),
        Refusal(id: "null-interface", words: ["null-interface cannot work without hearth.database/1"]),
        Refusal(id: "refusing-init", words: ["refusing-init", "the weather is bad"]),
        Refusal(id: "refusing-start", words: ["refusing-start", "the engine does not turn over"]),
        Refusal(id: "slow-init", words: ["slow-init", "longer than 10 s"]),
        Refusal(id: "duplicate-route", words: ["duplicate-route", "greeter", "/api/greeter/hello"]),
        Refusal(
            id: "unknown-config",
            words: ["plugin.toml:3", "verison", "version", "abi", "defualt", "default", "settings.size", "integer"]),
        Refusal(id: "foreign-migration", words: ["foreign-migration", "0001_rows.sql", "habits_shadow"]),
        Refusal(id: "needs-nobody", words: ["needs-nobody", "telepathy/1"]),
        Refusal(id: "needs-left", companion: "needs-right", words: ["cycle", "needs-left", "needs-right", "left/1", "right/1"]),
        Refusal(
            id: "second-progression", companion: "progression", words: ["second-progression", "progression", "progression/1"]),
    ]

    @Test(arguments: refusals) func `the start is refused with the reason`(_ refusal: Refusal) async throws {
        var message = ""
        do {
            let host = try await TestHost.start(plugins: Self.plugins(refusal, ""))
            try await host.stop()
            Issue.record("the host has started")
        } catch {
            message = "\(error)"
        }
        for word in refusal.words { #expect(message.contains(word), "\(word) in: \(message)") }
        #expect(!message.contains("this one is never shown"))
    }

    @Test(arguments: refusals) func `the host starts without it when it may`(_ refusal: Refusal) async throws {
        let host = try await TestHost.start(plugins: Self.plugins(refusal, "on_error = \"skip\""))
        let client = TestClient(host)
        #expect(try await client.get("/api/greeter/hello?name=Eve").json["message"] == "Hello, Eve!")
        #expect(try await client.get("/api/\(refusal.id)/ping").status == 404)
        let ada = try await client.registered("ada")
        #expect(try await ada.post("/api/habits/", ["title": "Read"]).status == 201)
        let description = try await client.get("/api/openapi.json")
        #expect(!description.body.contains("/api/\(refusal.id)/"))
        #expect(host.log.contains("left out", "plugin=\(refusal.id)"))
        let lines = host.log.all.filter { $0.contains("left out") }.joined(separator: "\n")
        for word in refusal.words { #expect(lines.contains(word), "\(word) in: \(lines)") }
        if refusal.id == "second-progression" {
            #expect(try await ada.get("/api/progression/ping").status == 200)
        }
        try await host.stop()
    }

    private static func plugins(_ refusal: Refusal, _ lines: String) -> KeyValuePairs<String, String> {
        refusal.companion == "greeter"
            ? ["greeter": "", "habits": "", refusal.id: lines]
            : ["greeter": "", "habits": "", refusal.companion: refusal.id == "needs-left" ? lines : "", refusal.id: lines]
    }
}
