import Foundation
import Testing

/// `hearth plugin list` and `hearth plugin inspect`, which load nothing.
struct CommandsPluginTests {
    @Test func `list shows the order of the start, what is off, what could be added and what is wrong`() async throws {
        let hearth = try HearthProgram(
            conf: """
                [plugins.habits]
                [plugins.progression]
                [plugins.greeter]
                enabled = false
                [plugins.no-entry]
                on_error = "skip"
                """)
        let list = try await hearth.run("plugin", "list")
        #expect(list.status == 0)
        let rows = list.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(rows.first == ["order", "plugin", "version", "state", "grants"])
        #expect(rows.first { $0[1] == "habits" }?.prefix(4) == ["1", "habits", "1.0.0", "enabled"])
        #expect(rows.first { $0[1] == "progression" }?.prefix(4) == ["2", "progression", "1.0.0", "enabled"])
        #expect(rows.first { $0[1] == "greeter" }?.prefix(4) == ["-", "greeter", "1.0.0", "disabled"])
        #expect(rows.first { $0[1] == "writes-at-load" }?.prefix(4) == ["-", "writes-at-load", "1.0.0", "available"])
        #expect(rows.first { $0[1] == "no-entry" }?.prefix(4) == ["-", "no-entry", "1.0.0", "skipped"])
        #expect(list.output.contains("libno-entry.so: it does not export hearth_plugin_entry"))
    }

    @Test func `list ends with 1 when the host would refuse to start, and says why`() async throws {
        let hearth = try HearthProgram(
            conf: """
                [plugins.greeter]
                grants = ["hearth.http/1"]
                [plugins.greeter.settings]
                greting = "Ahoy"
                """)
        let list = try await hearth.run("plugin", "list")
        #expect(list.status == 1)
        #expect(
            list.output.contains("plugins.conf:5: plugins.greeter.settings.greting: unknown setting; did you mean \"greeting\"?"))
        #expect(list.lines.contains { $0.contains("greeter") && $0.contains("refused") && $0.hasSuffix("hearth.http/1") })
    }

    @Test func `list and inspect and the description of the command line load nothing`() async throws {
        var hearth = try HearthProgram(conf: "[plugins.writes-at-load]")
        let mark = hearth.folder + "/loaded"
        hearth.variables["HEARTH_TEST_LOADED"] = mark
        let folder = try TestFolders.testPlugins() + "/writes-at-load"
        for path in [folder, folder + "/plugin.toml", folder + "/libwrites-at-load.so"] {
            let inspection = try await hearth.run("plugin", "inspect", path)
            #expect(inspection.status == 0)
            #expect(inspection.output.contains("hearth_plugin_entry"))
        }
        _ = try await hearth.run("plugin", "list")
        #expect(!FileManager.default.fileExists(atPath: mark))
        // The mark is there once the library is loaded, so its absence says something.
        _ = try await hearth.run("plugin", "check", folder)
        #expect(FileManager.default.fileExists(atPath: mark))
    }

    @Test func `inspect tells what plugin toml and the library say`() async throws {
        let inspection = try await HearthProgram().run("plugin", "inspect", TestFolders.staged + "/greeter")
        #expect(inspection.status == 0)
        for words in [
            "greeter 1.0.0 (Greeter)", "MIT", "hearth.database/1", "greeting (text, default \"Hello\")", "libGreeter.so",
        ] {
            #expect(inspection.output.contains(words))
        }
    }

    @Test func `inspect ends with 1 for what is no plugin`() async throws {
        let hearth = try HearthProgram()
        let nothing = try await hearth.run("plugin", "inspect", "/nowhere")
        #expect(nothing.status == 1)
        #expect(nothing.output.contains("error: /nowhere: there is no such file or folder"))
        let faulty = try await hearth.run("plugin", "inspect", try TestFolders.testPlugins() + "/unknown-config")
        #expect(faulty.status == 1)
        #expect(faulty.output.contains("plugin.toml:3: verison: unknown key; did you mean \"version\"?"))
    }
}
