import Testing

@testable import HearthConfiguration

@Suite struct PluginPlanTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Installs a plugin with a library that has the entry.
    private func install(_ id: String, _ more: String = "") throws {
        _ = try folder.write("plugins/\(id)/plugin.toml", minimalManifest(id, more))
        let library = try compile("int hearth_plugin_entry(void) { return 0; }", into: folder, as: "plugins/\(id)/lib.so")
        #expect(library.hasSuffix("\(id)/lib.so"))
    }

    private func plan(_ conf: String, excluding: Set<String> = []) throws -> PluginPlan {
        let path = try folder.write("plugins.conf", conf)
        return try PluginPlan(PluginsConf(contentsOf: path), abi: 1, environment: [:], excluding: excluding)
    }

    private func complaints(_ conf: String) throws -> String {
        let error = #expect(throws: ConfigurationErrors.self) { try plan(conf) }
        return (error?.description ?? "").replacing(folder.path + "/", with: "")
    }

    @Test func `enabled plugins are planned in the order of their needs`() throws {
        try install("habits", "needs = [\"progression/1\"]\nwants = [\"hearth.core/1\"]\n[settings.size]\ntype = \"integer\"")
        try install("rpg", "provides = [\"progression/1\"]")
        try install("off")
        let plan = try plan(
            """
            [plugins.habits]
            settings = { size = 3 }
            [plugins.rpg]
            [plugins.off]
            enabled = false
            """)
        #expect(plan.plugins.map(\.id) == ["rpg", "habits"])
        #expect(plan.plugins.last?.settings["size"] == .integer(3))
        #expect(plan.plugins.last?.interfaces == ["hearth.core/1"])
        #expect(plan.skipped.isEmpty)
    }

    @Test func `an unknown plugin is named with the one that was meant`() throws {
        try install("habits")
        #expect(
            try complaints("\n[plugins.habit]") == """
                plugins.conf:2: plugins.habit: no folder of search_path has habit/plugin.toml; looked into plugins; \
                did you mean "habits"?
                """)
    }

    @Test func `a plugin of another version of the interface is refused`() throws {
        try install("old")
        let manifest = try #require(folder.read("plugins/old/plugin.toml"))
        try folder.write("plugins/old/plugin.toml", manifest.replacing("abi = \"1\"", with: "abi = \"2-3\""))
        #expect(
            try complaints("[plugins.old]")
                == "plugins/old/plugin.toml:3: abi: old runs on version 2 to 3 of the interface; this host has 1")
    }

    @Test func `a folder of another plugin is refused`() throws {
        try install("habits")
        #expect(
            try complaints("[plugins.tasks]\nlibrary = \"plugins/habits\"")
                == "plugins/habits/plugin.toml:1: id: this is the plugin \"habits\", but plugins.conf calls it \"tasks\"")
        #expect(
            try complaints("[plugins.tasks]\nlibrary = \"plugins\"")
                == "plugins.conf:1: plugins.tasks: the folder plugins has no plugin.toml")
    }

    @Test func `a library without the entry is refused before it is loaded`() throws {
        try install("bare")
        _ = try compile("int x;", into: folder, as: "plugins/bare/lib.so")
        #expect(
            try complaints("[plugins.bare]")
                == "plugins/bare/lib.so: it does not export hearth_plugin_entry, so it is not a plugin")
    }

    @Test func `all faults of all plugins are told at once`() throws {
        try install("a", "[settings.size]\ntype = \"integer\"")
        try install("b", "wants = [\"hearth.core/1\"]")
        let message = try complaints(
            """
            [plugins.a.settings]
            sise = 1
            [plugins.b]
            grants = ["hearth.http/1"]
            [plugins.c]
            """)
        #expect(message.split(separator: "\n").count == 3)
        for id in ["a", "b", "c"] { #expect(message.contains("plugins.\(id)")) }
    }

    @Test func `a faulty plugin that may be skipped is left out with those who need it`() throws {
        try install("a", "provides = [\"a/1\"]")
        try install("b", "needs = [\"a/1\"]")
        try install("c")
        let plan = try plan(
            """
            [plugins.a]
            on_error = "skip"
            settings = { x = 1 }
            [plugins.b]
            on_error = "skip"
            [plugins.c]
            """)
        #expect(plan.plugins.map(\.id) == ["c"])
        #expect(plan.skipped.map(\.id) == ["a", "b"])
        let reason = try #require(plan.skipped.first).reasons.description.replacing(folder.path + "/", with: "")
        #expect(reason == "plugins.conf:3: plugins.a.settings.x: unknown setting; a has no settings")
    }

    @Test func `a plugin that failed can be planned around`() throws {
        try install("a", "provides = [\"a/1\"]")
        try install("b", "needs = [\"a/1\"]")
        try install("c")
        let conf = "[plugins.a]\n[plugins.b]\non_error = \"skip\"\n[plugins.c]"
        #expect(try plan(conf, excluding: ["a"]).plugins.map(\.id) == ["c"])
        #expect(try plan(conf, excluding: ["a"]).skipped.map(\.id) == ["b"])
    }

    @Test func `the first folder of the search path wins`() throws {
        try install("a")
        try folder.write("first/a/plugin.toml", minimalManifest("a", "name = \"First\""))
        _ = try compile("int hearth_plugin_entry(void) { return 0; }", into: folder, as: "first/a/lib.so")
        let plan = try plan("search_path = [\"first\", \"plugins\"]\n[plugins.a]")
        #expect(plan.plugins.first?.manifest.name == "First")
        let conf = try PluginsConf(contentsOf: folder.path + "/plugins.conf")
        #expect(conf.available().map(\.folder) == [folder.path + "/first/a"])
    }

    @Test func `why a needed plugin was left out is told with who needs it`() throws {
        try install("a", "provides = [\"a/1\"]")
        try install("b", "needs = [\"a/1\"]")
        #expect(
            try complaints("[plugins.a]\non_error = \"skip\"\nsettings = { x = 1 }\n[plugins.b]") == """
                plugins.conf:3: plugins.a.settings.x: unknown setting; a has no settings
                plugins/b/plugin.toml:6: needs: b needs "a/1", which no enabled plugin provides
                """)
    }
}
