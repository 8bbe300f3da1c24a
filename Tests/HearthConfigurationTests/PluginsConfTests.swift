import Foundation
import Testing

@testable import HearthConfiguration

/// What reading a text as `plugins.conf` complains of.
private func complaints(_ text: String) -> String {
    do {
        _ = try PluginsConf(text: text)
        return ""
    } catch {
        return error.description
    }
}

@Suite struct PluginsConfTests {
    @Test func `a full file is read`() throws {
        let conf = try PluginsConf(
            text: """
                search_path = [".build/plugins", "/opt/hearth/plugins"]

                [plugins.zebra]
                [plugins.habits]
                enabled = false
                library = "elsewhere/habits"
                grants = ["hearth.core/1", "hearth.http/1"]
                on_error = "skip"
                [plugins.habits.settings]
                page = 20
                """, path: "/etc/hearth/plugins.conf")
        #expect(conf.searchPath == ["/etc/hearth/.build/plugins", "/opt/hearth/plugins"])
        #expect(conf.plugins.map(\.id) == ["zebra", "habits"], "in the order of the file")
        let habits = try #require(conf.plugins.last)
        #expect(!habits.enabled)
        #expect(habits.folder == "/etc/hearth/elsewhere/habits")
        #expect(habits.grants == ["hearth.core/1", "hearth.http/1"])
        #expect(habits.onError == .skip)
        #expect(habits.line == 4)
        let zebra = try #require(conf.plugins.first)
        #expect(zebra.enabled && zebra.grants == nil && zebra.folder == nil && zebra.onError == .refuse)
    }

    @Test func `an empty file loads nothing`() throws {
        let conf = try PluginsConf(text: "", path: "plugins.conf")
        #expect(conf.plugins.isEmpty)
        #expect(conf.searchPath == ["plugins"])
    }

    @Test(arguments: [
        (
            "[plugins.habits]\nenabeld = true",
            "plugins.conf:2: plugins.habits.enabeld: unknown key; did you mean \"enabled\"?"
        ),
        (
            "[plugins.habits]\nwhatsoever = 1",
            "plugins.conf:2: plugins.habits.whatsoever: unknown key; known are enabled, library, grants, client, files, on_error, settings"
        ),
        ("[plugin.habits]", "plugins.conf:1: plugin: unknown key; did you mean \"plugins\"?"),
        (
            "\n\n[plugins.habits]\nenabled = \"yes\"",
            "plugins.conf:4: plugins.habits.enabled: expected true or false, not the text \"yes\""
        ),
        (
            "[plugins.habits]\non_error = \"skipp\"",
            "plugins.conf:2: plugins.habits.on_error: expected \"refuse\" or \"skip\", not the text \"skipp\"; did you mean \"skip\"?"
        ),
        (
            "[plugins.habits]\non_error = 3",
            "plugins.conf:2: plugins.habits.on_error: expected \"refuse\" or \"skip\", not the integer 3"
        ),
        (
            "[plugins.habits]\ngrants = \"hearth.http/1\"",
            "plugins.conf:2: plugins.habits.grants: expected a list of texts, not the text \"hearth.http/1\""
        ),
        (
            "[plugins.habits]\ngrants = [\n\"hearth.http/1\",\n\"http\",\n5]",
            """
            plugins.conf:4: plugins.habits.grants[1]: expected an interface such as "hearth.http/1", not the text "http"
            plugins.conf:5: plugins.habits.grants[2]: expected an interface such as "hearth.http/1", not the integer 5
            """
        ),
        (
            "[plugins.habits]\ngrants = [\"a.b/1\", \"a.b/1\"]",
            "plugins.conf:2: plugins.habits.grants[1]: \"a.b/1\" is listed twice"
        ),
        (
            "[plugins.Habits]",
            "plugins.conf:1: plugins.Habits: a plugin is named in lower-case letters, digits and hyphens, letter first, such as \"habits\""
        ),
        ("plugins.habits = true", "plugins.conf:1: plugins.habits: expected a table, not true; write [plugins.habits]"),
        ("plugins = 2", "plugins.conf:1: plugins: expected a table, not the integer 2"),
        ("search_path = [1.5]", "plugins.conf:1: search_path[0]: expected a folder, not the number 1.5"),
        ("search_path = [\"\"]", "plugins.conf:1: search_path[0]: expected a folder, not the text \"\""),
        (
            "[plugins.a]\nlibrary = []",
            "plugins.conf:2: plugins.a.library: expected the folder that holds plugin.toml, not a list"
        ),
        ("[plugins.a]\nsettings = 1979-05-27", "plugins.conf:2: plugins.a.settings: expected a table, not a date or time"),
        ("[plugins.a]\nlibrary = \"a\\u0000b\"", "plugins.conf:2: a NUL character cannot be part of a text"),
        ("a = 1\nb = \u{0}", "plugins.conf:2: a NUL byte is not TOML"),
    ])
    func `a broken file is refused with line, key and cure`(text: String, message: String) {
        #expect(complaints(text) == message)
    }

    @Test func `all faults of a file are told at once, by line`() {
        let text = """
            serch_path = []
            [plugins.b]
            enabled = 1
            [plugins.a]
            onerror = "skip"
            [plugins.a.settings]
            free = "anything goes here until the manifest is known"
            """
        #expect(
            complaints(text) == """
                plugins.conf:1: serch_path: unknown key; did you mean "search_path"?
                plugins.conf:3: plugins.b.enabled: expected true or false, not the integer 1
                plugins.conf:5: plugins.a.onerror: unknown key; did you mean "on_error"?
                """)
    }

    @Test func `text that is not TOML is refused with its line`() {
        let message = complaints("[plugins.a]\nenabled = maybe\n")
        #expect(message.hasPrefix("plugins.conf:2: this is not TOML: "))
    }

    @Test func `a key given twice is refused`() {
        let message = complaints("[plugins.a]\nenabled = true\nenabled = false\n")
        #expect(message.hasPrefix("plugins.conf:3: this is not TOML: "))
    }

    @Test func `a missing file and one that is not text are refused`() throws {
        let folder = try TemporaryFolder()
        let binary = try folder.write("binary.conf", [0xFF, 0xFE, 0x00])
        #expect(throws: ConfigurationErrors([.init(file: binary, message: "the file is not UTF-8 text")])) {
            try PluginsConf(contentsOf: binary)
        }
        let absent = folder.path + "/absent.conf"
        #expect(throws: ConfigurationErrors([.init(file: absent, message: "the file is missing or cannot be read")])) {
            try PluginsConf(contentsOf: absent)
        }
    }

    @Test func `the file of this repository is right`() throws {
        let conf = try PluginsConf(contentsOf: repository + "/plugins.conf")
        let shipped = try FileManager.default.contentsOfDirectory(atPath: repository + "/Plugins").map { $0.lowercased() }
        #expect(conf.plugins.filter(\.enabled).map(\.id).sorted() == shipped.sorted())
        #expect(conf.searchPath.first == repository + "/.build/plugins")
    }

    @Test func `grants restrict what the plugin asks for`() throws {
        let manifest = try PluginManifest(text: minimalManifest("greeter", "wants = [\"hearth.core/1\", \"hearth.http/1\"]"))
        func granted(_ line: String) throws -> Set<String> {
            let conf = try PluginsConf(text: "[plugins.greeter]\n\(line)")
            return try #require(conf.plugins.first).grantedInterfaces(of: manifest)
        }
        #expect(try granted("") == ["hearth.core/1", "hearth.http/1"])
        #expect(try granted("grants = [\"hearth.core/1\"]") == ["hearth.core/1"])
        #expect(try granted("grants = []") == [])
        let error = #expect(throws: ConfigurationErrors.self) { try granted("grants = [\"hearth.htpp/1\"]") }
        #expect(
            error?.description == """
                plugins.conf:2: plugins.greeter.grants[0]: greeter does not ask for "hearth.htpp/1"; \
                it wants hearth.core/1, hearth.http/1; did you mean "hearth.http/1"?
                """)
    }
}

/// The least that a manifest must say, and more top-level lines.
func minimalManifest(_ id: String, _ more: String = "") -> String {
    """
    id = "\(id)"
    version = "1.0.0"
    abi = "1"
    licence = "MIT"
    library = "lib.so"
    \(more)
    """
}
