import Testing

@testable import HearthConfiguration

@Suite struct PluginManifestTests {
    /// What reading a text as `plugin.toml` complains of; five lines that are right stand before it.
    private func complaints(_ text: String) -> String {
        do {
            _ = try PluginManifest(text: minimalManifest("my-plugin", text))
            return ""
        } catch {
            return error.description
        }
    }

    @Test func `a full file is read`() throws {
        let manifest = try PluginManifest(
            text: """
                id = "habits"
                version = "1.2.0-beta.1+7"
                abi = "1-3"
                name = "Habits"
                description = "Habits and their completions."
                licence = "MIT"
                library = "libHabits.so"
                provides = ["habits/1"]
                needs = ["users/2"]
                uses = ["progression/1"]
                wants = ["hearth.core/1", "hearth.http/1"]

                [settings.page_size]
                type = "integer"
                default = 20
                minimum = 1
                maximum = 100
                description = "Habits on a page."
                [settings.api_key]
                type = "text"
                secret = true
                required = true
                [settings.colours]
                type = "list"
                choices = ["red", "green"]
                default = ["red"]
                [settings.factor]
                type = "double"
                default = 2

                [personal_data]
                habits_notes = { user = "author_id", columns = ["text"] }
                habits = { user = "user_id" }
                habits_pairs = { user = ["low_id", "high_id"] }
                """, path: "/plugins/habits/plugin.toml")
        #expect(manifest.id == "habits" && manifest.version == "1.2.0-beta.1+7" && manifest.abi == 1...3)
        #expect(manifest.name == "Habits" && manifest.licence == "MIT")
        #expect(manifest.libraryPath == "/plugins/habits/libHabits.so")
        #expect(manifest.provides == ["habits/1"] && manifest.needs == ["users/2"] && manifest.uses == ["progression/1"])
        #expect(manifest.wants == ["hearth.core/1", "hearth.http/1"])
        #expect(manifest.settings.map(\.key) == ["page_size", "api_key", "colours", "factor"])
        #expect(manifest.settings.map(\.defaultValue) == [.integer(20), nil, .list(["red"]), .double(2)])
        #expect(manifest.settings[1].variable(of: "my-plugin") == "HEARTH_MY_PLUGIN_API_KEY")
        #expect(manifest.personalData.map(\.table) == ["habits_notes", "habits", "habits_pairs"])
        #expect(manifest.personalData.map(\.columns) == [["text"], nil, nil])
        #expect(manifest.personalData.map(\.users) == [["author_id"], ["user_id"], ["low_id", "high_id"]])
    }

    @Test func `what must not be missing is named all at once`() {
        let error = #expect(throws: ConfigurationErrors.self) { try PluginManifest(text: "name = \"x\"") }
        #expect(
            error?.description == """
                plugin.toml: id: missing; expected lower-case letters, digits and hyphens, letter first, such as "habits"
                plugin.toml: version: missing; expected a semantic version such as "1.2.0"
                plugin.toml: abi: missing; expected a version such as "1" or a range such as "1-2"
                plugin.toml: licence: missing; expected an SPDX expression such as "MIT"
                plugin.toml: library: missing; expected the file name of the library, such as "libHabits.so"
                """)
    }

    @Test(arguments: [
        (
            "needs = [\"progression\"]",
            "plugin.toml:6: needs[0]: expected a service such as \"progression/1\", not the text \"progression\""
        ),
        ("needs = [\"a/0\"]", "plugin.toml:6: needs[0]: expected a service such as \"progression/1\", not the text \"a/0\""),
        ("needs = [\"a/1\"]\nprovides = [\"a/1\"]", "plugin.toml:6: needs: \"a/1\" is what the plugin itself provides"),
        ("needs = [\"a/1\"]\nuses = [\"a/1\"]", "plugin.toml:7: uses: \"a/1\" is listed under needs already"),
        ("want = []", "plugin.toml:6: want: unknown key; did you mean \"wants\"?"),
        ("name = \"\"", "plugin.toml:6: name: expected a name of 1 to 60 characters, not the text \"\""),
        (
            "[settings.Page]\ntype = \"text\"",
            "plugin.toml:6: settings.Page: a setting is named in lower-case letters, digits and underscores, letter first"
        ),
        ("settings.page = 5", "plugin.toml:6: settings.page: expected a table such as { type = \"text\" }, not the integer 5"),
        (
            "[settings.page]",
            "plugin.toml:6: settings.page.type: missing; expected \"text\", \"integer\", \"double\", \"boolean\" or \"list\""
        ),
        (
            "[settings.page]\ntype = \"intger\"",
            "plugin.toml:7: settings.page.type: expected \"text\", \"integer\", \"double\", \"boolean\" or \"list\", not the text \"intger\"; did you mean \"integer\"?"
        ),
        (
            "[settings.page]\ntype = \"integer\"\ndefault = \"x\"",
            "plugin.toml:8: settings.page.default: expected an integer, not the text \"x\""
        ),
        (
            "[settings.page]\ntype = \"integer\"\nmaximum = 10\nminimum = 1\ndefault = 11",
            "plugin.toml:10: settings.page.default: expected an integer of 1 to 10, not the integer 11"
        ),
        (
            "[settings.page]\ntype = \"integer\"\nminimum = 5\nmaximum = 4",
            "plugin.toml:9: settings.page.maximum: it is less than minimum"
        ),
        (
            "[settings.page]\ntype = \"integer\"\npattern = \"a\"",
            "plugin.toml:8: settings.page.pattern: only settings of type text and list have it"
        ),
        (
            "[settings.page]\ntype = \"boolean\"\nminimum = 1",
            "plugin.toml:8: settings.page.minimum: a setting of type boolean has none"
        ),
        (
            "[settings.page]\ntype = \"text\"\npattern = \"(\"",
            "plugin.toml:8: settings.page.pattern: expected a regular expression, not the text \"(\""
        ),
        (
            "[settings.page]\ntype = \"text\"\nminimum = \"1\"",
            "plugin.toml:8: settings.page.minimum: expected a number, not the text \"1\""
        ),
        (
            "[settings.page]\ntype = \"integer\"\nsecret = true",
            "plugin.toml:8: settings.page.secret: only settings of type text can be secret"
        ),
        (
            "[settings.page]\ntype = \"text\"\nsecret = true\ndefault = \"x\"",
            "plugin.toml:9: settings.page.default: a secret has no default"
        ),
        (
            "[settings.page]\ntype = \"text\"\nrequired = true\ndefault = \"x\"",
            "plugin.toml:9: settings.page.default: a required setting has no default"
        ),
        (
            "[settings.page]\ntype = \"text\"\nchoises = [\"x\"]",
            "plugin.toml:8: settings.page.choises: unknown key; did you mean \"choices\"?"
        ),
        (
            "[personal_data.other]\nuser = \"user_id\"",
            "plugin.toml:6: personal_data.other: a plugin's tables are named after it: my_plugin or my_plugin_…"
        ),
        (
            "[personal_data.my_plugin_x]",
            "plugin.toml:6: personal_data.my_plugin_x.user: missing; expected the column that holds the user's id"
        ),
        (
            "[personal_data.my_plugin_x]\nuser = []",
            "plugin.toml:7: personal_data.my_plugin_x.user: expected at least one column"
        ),
        (
            "[personal_data.my_plugin_x]\nuser = [\"low_id\", 5]",
            "plugin.toml:7: personal_data.my_plugin_x.user[1]: expected the column that holds the user's id, not the integer 5"
        ),
        (
            "[personal_data]\nmy_plugin = 1",
            "plugin.toml:7: personal_data.my_plugin: expected a table such as { user = \"user_id\" }, not the integer 1"
        ),
    ])
    func `a broken file is refused with line, key and cure`(text: String, message: String) {
        #expect(complaints(text) == message)
    }

    @Test(arguments: ["1", "1.0", "1.0.0.0", "v1.0.0", "01.0.0", "1.0.0-", ""])
    func `a version that is not semantic is refused`(version: String) {
        let text = minimalManifest("a").replacing("1.0.0", with: version)
        let error = #expect(throws: ConfigurationErrors.self) { try PluginManifest(text: text) }
        #expect(
            error?.description
                == "plugin.toml:2: version: expected a semantic version such as \"1.2.0\", not the text \"\(version)\"")
    }

    @Test(arguments: ["", "0", "2-1", "a", "1-", "-1", "1-2-3", "+1", "99999999999"])
    func `a range of the interface that is none is refused`(abi: String) {
        let text = minimalManifest("a").replacing("abi = \"1\"", with: "abi = \"\(abi)\"")
        let error = #expect(throws: ConfigurationErrors.self) { try PluginManifest(text: text) }
        #expect(
            error?.description
                == "plugin.toml:3: abi: expected a version such as \"1\" or a range such as \"1-2\", not the text \"\(abi)\"")
    }

    @Test(arguments: ["../evil.so", "/lib/libc.so.6", "..", ""])
    func `a library outside of the plugin's folder is refused`(library: String) {
        let text = minimalManifest("a").replacing("lib.so", with: library)
        #expect(throws: ConfigurationErrors.self) { try PluginManifest(text: text) }
    }

    @Test(arguments: ["", "Habits", "1st", "a_b", "-a", "a-", "a/b", "ä", String(repeating: "a", count: 41)])
    func `an id that is none is refused`(id: String) {
        #expect(throws: ConfigurationErrors.self) { try PluginManifest(text: minimalManifest(id)) }
    }
}
