import Foundation
import Testing

/// `hearth plugin check` passes on plugins that keep the rules and finds the fault of each that breaks one on purpose.
struct CommandsCheckTests {
    /// What the check must find in a plugin of `Tests/Plugins`.
    struct Fault: Sendable, CustomTestStringConvertible {
        let plugin: String
        /// The rule as the report names it.
        let rule: String
        /// What the line with the rule must say.
        let words: [String]
        /// Shipped or test plugins that are loaded beside it.
        var beside: [String] = []

        init(_ plugin: String, _ rule: String, _ words: String..., beside: [String] = []) {
            self.plugin = plugin
            self.rule = rule
            self.words = words
            self.beside = beside
        }

        var testDescription: String { plugin }
    }

    static let faults = [
        Fault("blocking-handler", "threads", "GET /api/blocking-handler/sleep", "held"),
        Fault("completion-after-deadline", "handlers", "GET /api/completion-after-deadline/answer", "missed its deadline"),
        Fault("crashing", "crash", "SIGSEGV", "GET /api/crashing/crash"),
        Fault("crashing-start", "crash", "SIGSEGV", "start of crashing-start"),
        Fault("double-completion", "calls", "GET /api/double-completion/respond", "late or twice"),
        Fault("duplicate-route", "registration", "GET /api/greeter/hello", "greeter", "duplicate-route", beside: ["greeter"]),
        Fault("failing-handler", "handlers", "GET /api/failing-handler/failed", "failed"),
        Fault("failing-handler", "handlers", "GET /api/failing-handler/silent", "said that it had answered, and had not"),
        Fault("failing-handler", "answers", "GET /api/failing-handler/failed", "500", "2XX"),
        Fault("foreign-migration", "migrations", "0001_rows.sql:5", "habits_shadow"),
        Fault("foreign-table", "statements", "GET /api/foreign-table/habits", "table habits does not belong to foreign-table"),
        Fault("garbage-answers", "calls", "GET /api/garbage-answers/second-header", "an argument is not valid"),
        Fault("holds-transaction", "transactions", "GET /api/holds-transaction/leave", "left open"),
        Fault("holds-transaction", "transactions", "GET /api/holds-transaction/hold", "open for too long"),
        Fault("http-features", "calls", "GET /api/http-features/misused-streams", "not allowed here", "call: write_stream"),
        Fault("http-features", "handlers", "GET /api/http-features/wait-briefly", "missed its deadline"),
        Fault("invented-context", "calls", "GET /api/invented-context/try", "context"),
        Fault("late-completion", "calls", "late or twice", "respond"),
        Fault("late-registration", "calls", "start of late-registration", "registration after init"),
        Fault("needs-left", "configuration", "needs-left needs \"right/1\" of needs-right", beside: ["needs-right"]),
        Fault("needs-nobody", "configuration", "needs-nobody needs \"telepathy/1\"", "no enabled plugin provides"),
        Fault("needs-right", "configuration", "needs-right needs \"left/1\" of needs-left", beside: ["needs-left"]),
        Fault("never-completes", "contexts", "has not let go of a request"),
        Fault("never-completes", "handlers", "GET /api/never-completes/never", "missed its deadline"),
        Fault("no-entry", "inspection", "libno-entry.so", "hearth_plugin_entry"),
        Fault("null-descriptor", "descriptor", "returned NULL"),
        Fault("null-interface", "init", "cannot work without hearth.database/1"),
        Fault("outside-transaction", "calls", "GET /api/outside-transaction/query", "a transaction is open", "call: query"),
        Fault("refusing-init", "init", "the weather is bad"),
        Fault("refusing-start", "start", "the engine does not turn over"),
        Fault("rude-provider", "calls", "rude/1 commit", "not allowed here", "call: commit"),
        Fault("rude-provider", "calls", "late or twice", "call: reply"),
        Fault("rude-provider", "handlers", "rude/1 silent", "ended without a reply"),
        Fault("rude-provider", "handlers", "rude/1 never", "had not replied"),
        Fault(
            "second-progression", "configuration", "provided by both progression", "second-progression", beside: ["progression"]),
        Fault("streams", "calls", "GET /api/streams/fetch", "an argument is not valid", "call: create"),
        Fault("slow-init", "init", "longer than 10 s"),
        Fault("unknown-config", "inspection", "plugin.toml:12", "settings.greeting.defualt", "did you mean \"default\"?"),
        Fault("wrong-abi", "descriptor", "version 999", "this host speaks 1"),
        Fault("wrong-id", "descriptor", "\"somebody-else\"", "\"wrong-id\""),
    ]

    /// Plugins of `Tests/Plugins` that keep all rules, whatever else they are there for.
    static let sound = [
        "blocking-flagged", "progression", "rude-caller", "service-caller", "truncated-tables", "unhealthy", "writes-at-load",
    ]

    private static func folder(_ plugin: String) throws -> String {
        let shipped = "\(TestFolders.staged)/\(plugin)"
        return FileManager.default.fileExists(atPath: shipped + "/plugin.toml")
            ? shipped : "\(try TestFolders.testPlugins())/\(plugin)"
    }

    @Test(arguments: ["greeter", "habits", "rpg", "social", "tasks"])
    func `a shipped plugin keeps all rules`(plugin: String) async throws {
        let check = try await HearthProgram().run("plugin", "check", try Self.folder(plugin))
        #expect(check.status == 0, "\(check.output)")
        #expect(check.lines.allSatisfy { $0.hasPrefix("ok ") }, "\(check.output)")
        for rule in ["descriptor", "init", "registration", "operations", "answers", "contexts", "second life"] {
            #expect(check.lines.contains { $0.hasPrefix("ok    \(rule) ") }, "\(rule) is missing in\n\(check.output)")
        }
    }

    @Test(arguments: sound)
    func `a sound test plugin keeps all rules`(plugin: String) async throws {
        // It calls a service; that the provider of it is at fault is none of its business.
        let others = plugin == "rude-caller" ? ["--with", try Self.folder("rude-provider")] : []
        let check = try await HearthProgram().run(["plugin", "check", try Self.folder(plugin)] + others)
        #expect(check.status == 0, "\(check.output)")
        #expect(!check.output.contains("FAIL"), "\(check.output)")
    }

    @Test(arguments: faults)
    func `the fault of a misbehaving plugin is found and named`(fault: Fault) async throws {
        let others = try fault.beside.flatMap { ["--with", try Self.folder($0)] }
        let check = try await HearthProgram().run(["plugin", "check", try Self.folder(fault.plugin)] + others)
        #expect(check.status == 1)
        let isFound = check.lines.contains { line in
            line.hasPrefix("FAIL  \(fault.rule) ") && fault.words.allSatisfy { line.contains($0) }
        }
        #expect(isFound, "\(fault.rule) \(fault.words) is missing in\n\(check.output)\(check.errors)")
    }

    @Test func `every plugin of the folder is checked`() throws {
        let known = Set(Self.sound + Self.faults.map(\.plugin))
        let folders = try FileManager.default.contentsOfDirectory(atPath: TestFolders.package + "/Tests/Plugins").filter {
            FileManager.default.fileExists(atPath: "\(TestFolders.package)/Tests/Plugins/\($0)/plugin.c")
        }
        #expect(Set(folders).subtracting(known).sorted() == [])
    }

    @Test func `a setting can be given, and a wrong one is named`() async throws {
        let folder = try Self.folder("greeter")
        let right = try await HearthProgram().run("plugin", "check", folder, "--set", "greeting=\"Ahoy\"")
        #expect(right.status == 0, "\(right.output)")
        let wrong = try await HearthProgram().run("plugin", "check", folder, "--set", "greting=\"Ahoy\"")
        #expect(wrong.status == 1)
        #expect(wrong.output.contains("did you mean \"greeting\"?"))
    }

    @Test func `nothing is left behind`() async throws {
        var hearth = try HearthProgram()
        let temporary = hearth.folder + "/tmp"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
        hearth.variables["TMPDIR"] = temporary
        _ = try await hearth.run("plugin", "check", try Self.folder("crashing"))
        let left = try FileManager.default.contentsOfDirectory(atPath: temporary)
        #expect(left == [])
        // Nor is the operator's own data touched.
        #expect(!FileManager.default.fileExists(atPath: hearth.folder + "/data"))
    }
}
