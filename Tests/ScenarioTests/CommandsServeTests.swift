import Foundation
import HearthJSON
import Testing

/// What an operator reads when `hearth serve` refuses to start.
struct CommandsServeTests {
    /// A configuration that refuses the start, and what must be said.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let conf: String
        let words: [String]

        init(_ conf: String, _ words: String...) {
            self.conf = conf
            self.words = words
        }

        var testDescription: String { conf }
    }

    static let refusals = [
        Refusal("[plugins.wrong-abi]", "plugins.conf:2: plugins.wrong-abi: ", "libwrong-abi.so", "version 999", "speaks 1"),
        Refusal("[plugins.null-descriptor]", "plugins.conf:2: plugins.null-descriptor: ", "returned NULL"),
        Refusal("[plugins.wrong-id]", "plugins.conf:2: plugins.wrong-id: ", "\"somebody-else\""),
        Refusal("[plugins.no-entry]", "libno-entry.so: it does not export hearth_plugin_entry"),
        Refusal("[plugins.refusing-init]", "plugins.conf:2: plugins.refusing-init: init failed: the weather is bad"),
        Refusal(
            "[plugins.refusing-start]", "plugins.conf:2: plugins.refusing-start: start failed: the engine does not turn over"),
        Refusal("[plugins.unknown-config]", "plugin.toml:3: verison: unknown key; did you mean \"version\"?", "plugin.toml:12: "),
        Refusal(
            "[plugins.foreign-migration]", "plugins.conf:2: plugins.foreign-migration: ", "0001_rows.sql:5: ", "habits_shadow"),
        Refusal(
            "[plugins.duplicate-route]\n[plugins.greeter]", "GET /api/greeter/hello",
            "wanted by greeter, but duplicate-route has it"),
        Refusal("[plugins.greter]", "plugins.conf:2: plugins.greter: ", "did you mean \"greeter\"?"),
        Refusal(
            "[plugins.habits]\nenabeld = true", "plugins.conf:3: plugins.habits.enabeld: unknown key; did you mean \"enabled\"?"),
    ]

    @Test(arguments: refusals)
    func `a refused start names file, line, key and cure`(refusal: Refusal) async throws {
        let serve = try await HearthProgram(conf: refusal.conf).run("serve")
        #expect(serve.status == 1)
        for words in refusal.words { #expect(serve.errors.contains(words), "\(serve.errors)") }
        // A sentence, not a dump of a type.
        #expect(!serve.errors.contains("(errors:") && !serve.errors.contains("Error("), "\(serve.errors)")
    }

    @Test func `a trusted proxy is an address`() async throws {
        var hearth = try HearthProgram(conf: "")
        hearth.variables["TRUSTED_PROXIES"] = "10.0.0.0/8, proxy"
        let serve = try await hearth.run("serve")
        #expect(serve.status == 1)
        #expect(serve.errors.contains("environment: TRUSTED_PROXIES: expected addresses and networks"), "\(serve.errors)")
        #expect(serve.errors.contains("\"10.0.0.0/8,proxy\""), "\(serve.errors)")
    }

    @Test func `the log is one line of JSON a message when that is asked for`() async throws {
        var hearth = try HearthProgram(
            conf: """
                [plugins.refusing-start]
                on_error = "skip"
                [plugins.refusing-init]
                """)
        hearth.variables["LOG_FORMAT"] = "json"
        let serve = try await hearth.run("serve")
        #expect(serve.status == 1)
        let lines = try serve.errors.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        let last = try #require(lines.last)
        #expect(last["level"]?.string == "critical")
        #expect(last["message"]?.string?.contains("plugins.refusing-init: init failed: the weather is bad") == true)
        #expect(last["ts"]?.string?.hasSuffix("Z") == true)
        for line in lines { #expect(line["metadata"] != nil) }
    }

    @Test func `production logs JSON unless it is told otherwise`() async throws {
        var hearth = try HearthProgram(conf: "[plugins.refusing-init]")
        hearth.variables["ENVIRONMENT"] = "production"
        hearth.variables["SECRET_KEY"] = String(repeating: "k", count: 32)
        let serve = try await hearth.run("serve")
        #expect(serve.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"ts\":") }, "\(serve.errors)")
        hearth.variables["LOG_FORMAT"] = "text"
        let text = try await hearth.run("serve")
        #expect(!text.errors.contains("{\"ts\":"))
    }

    @Test func `a route that is taken costs the plugin that may be left out, whichever comes first`() async throws {
        let host = try await TestHost.start(plugins: ["duplicate-route": "on_error = \"skip\"", "greeter": ""])
        let hello = try await TestClient(host).get("/api/greeter/hello?name=Ada")
        #expect(hello.json["message"] == "Hello, Ada!")
        #expect(host.log.contains("left out", "duplicate-route", "GET /api/greeter/hello"))
        try await host.stop()
    }
}
