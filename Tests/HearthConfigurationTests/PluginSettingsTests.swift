import Testing

@testable import HearthConfiguration

@Suite struct PluginSettingsTests {
    private static let manifest = """
        id = "demo"
        version = "1.0.0"
        abi = "1"
        licence = "MIT"
        library = "lib.so"
        [settings.greeting]
        type = "text"
        default = "Hello"
        minimum = 2
        maximum = 10
        [settings.size]
        type = "integer"
        required = true
        maximum = 100
        description = "rows on a page"
        [settings.factor]
        type = "double"
        default = 1.5
        minimum = 0
        [settings.loud]
        type = "boolean"
        [settings.mood]
        type = "text"
        choices = ["happy", "gloomy"]
        [settings.codes]
        type = "list"
        pattern = "[A-Z]{2}"
        maximum = 2
        [settings.token]
        type = "text"
        secret = true
        minimum = 8
        """

    private func resolve(_ settings: String, _ environment: [String: String] = [:]) throws -> PluginSettings {
        let manifest = try PluginManifest(text: Self.manifest)
        let conf = try PluginsConf(text: "[plugins.demo.settings]\n" + settings)
        return try manifest.settings(for: conf.plugins.first, environment: environment)
    }

    private func complaints(_ settings: String, _ environment: [String: String] = [:]) throws -> String {
        let error = #expect(throws: ConfigurationErrors.self) { try resolve(settings, environment) }
        return error?.description ?? ""
    }

    @Test func `defaults fill in what the operator leaves out`() throws {
        let settings = try resolve("size = 20")
        #expect(settings["greeting"] == .text("Hello"))
        #expect(settings["size"] == .integer(20))
        #expect(settings["factor"] == .double(1.5))
        #expect(settings["loud"] == nil)
        #expect(settings.settings.map(\.key) == ["greeting", "size", "factor"])
    }

    @Test func `what the operator says counts`() throws {
        let settings = try resolve(
            "size = 5\nfactor = 3\nloud = false\nmood = \"gloomy\"\ncodes = [\"AB\", \"CD\"]\ngreeting = \"Salut\"")
        #expect(settings["factor"] == .double(3))
        #expect(settings["loud"] == .boolean(false))
        #expect(settings["mood"] == .text("gloomy"))
        #expect(settings["codes"] == .list(["AB", "CD"]))
        #expect(settings["greeting"] == .text("Salut"))
    }

    @Test func `a plugin without a table gets its defaults`() throws {
        let manifest = try PluginManifest(text: minimalManifest("demo", "[settings.a]\ntype = \"integer\"\ndefault = 1"))
        #expect(try manifest.settings(for: nil, environment: [:])["a"] == .integer(1))
    }

    @Test func `a text in another form is refused with an example`() throws {
        let manifest = try PluginManifest(
            text: minimalManifest(
                "demo", "[settings.site]\ntype = \"text\"\ndefault = \"https://a.b\"\npattern = \"https?://[^ ]+\""))
        let conf = try PluginsConf(text: "[plugins.demo.settings]\nsite = \"not a url\"")
        let error = #expect(throws: ConfigurationErrors.self) {
            try manifest.settings(for: conf.plugins.first, environment: [:])
        }
        #expect(
            error?.description
                == """
                plugins.conf:2: plugins.demo.settings.site: expected a text that matches https?://[^ ]+, such as "https://a.b", \
                not the text "not a url"
                """)
    }

    @Test(arguments: [
        (
            "size = 1\ngreting = \"x\"",
            "plugins.conf:3: plugins.demo.settings.greting: unknown setting; did you mean \"greeting\"?"
        ),
        (
            "size = 1\nxyzzy = 1",
            """
            plugins.conf:3: plugins.demo.settings.xyzzy: unknown setting; \
            demo has greeting, size, factor, loud, mood, codes, token
            """
        ),
        ("loud = true", "plugins.conf:1: plugins.demo.settings.size: missing; expected an integer (rows on a page)"),
        ("size = \"1\"", "plugins.conf:2: plugins.demo.settings.size: expected an integer, not the text \"1\""),
        ("size = 1.0", "plugins.conf:2: plugins.demo.settings.size: expected an integer, not the number 1.0"),
        ("size = 101", "plugins.conf:2: plugins.demo.settings.size: expected an integer of at most 100, not the integer 101"),
        (
            "size = 1\nfactor = -0.5",
            "plugins.conf:3: plugins.demo.settings.factor: expected a number of at least 0, not the number -0.5"
        ),
        ("size = 1\nfactor = nan", "plugins.conf:3: plugins.demo.settings.factor: expected a number, not the number nan"),
        (
            "size = 1\ngreeting = \"x\"",
            "plugins.conf:3: plugins.demo.settings.greeting: expected a text of 2 to 10 characters, not the text \"x\""
        ),
        (
            "size = 1\nmood = \"hapy\"",
            "plugins.conf:3: plugins.demo.settings.mood: expected \"happy\" or \"gloomy\", not the text \"hapy\"; did you mean \"happy\"?"
        ),
        (
            "size = 1\ncodes = [\"AB\", \"ABC\"]",
            "plugins.conf:3: plugins.demo.settings.codes: expected each element to be a text that matches [A-Z]{2}, not the text \"ABC\""
        ),
        (
            "size = 1\ncodes = [1]",
            "plugins.conf:3: plugins.demo.settings.codes: expected a list of texts, but one element is the integer 1"
        ),
        (
            "size = 1\ncodes = [\"AB\", \"CD\", \"EF\"]",
            "plugins.conf:3: plugins.demo.settings.codes: expected a list of at most 2 elements, not of 3"
        ),
        ("size = 1\nloud = 1", "plugins.conf:3: plugins.demo.settings.loud: expected true or false, not the integer 1"),
    ])
    func `a wrong setting is refused with line, key and cure`(settings: String, message: String) throws {
        #expect(try complaints(settings) == message)
    }

    @Test func `all faults are told at once`() throws {
        #expect(try complaints("greeting = 1\nloud = 2").split(separator: "\n").count == 3)
    }

    @Test func `a secret comes from the environment`() throws {
        let settings = try resolve("size = 1", ["HEARTH_DEMO_TOKEN": "correct horse"])
        #expect(settings["token"] == .text("correct horse"))
    }

    @Test func `a secret in the file is refused without showing it`() throws {
        let message = try complaints("size = 1\ntoken = \"correct horse\"")
        #expect(
            message == """
                plugins.conf:3: plugins.demo.settings.token: a secret does not belong in this file; \
                set the environment variable HEARTH_DEMO_TOKEN
                """)
    }

    @Test func `a wrong secret is refused without showing it`() throws {
        let message = try complaints("size = 1", ["HEARTH_DEMO_TOKEN": "horse"])
        #expect(message == "environment: HEARTH_DEMO_TOKEN: expected a text of at least 8 characters, not this value")
    }

    @Test func `a required secret that is not set names its variable`() throws {
        let manifest = try PluginManifest(
            text: minimalManifest("my-demo", "settings.key = { type = \"text\", secret = true, required = true }"))
        for environment in [[:], ["HEARTH_MY_DEMO_KEY": ""]] {
            let error = #expect(throws: ConfigurationErrors.self) { try manifest.settings(for: nil, environment: environment) }
            #expect(error?.description == "environment: HEARTH_MY_DEMO_KEY: not set; the plugin my-demo requires this secret")
        }
    }

    @Test func `the description hides secrets`() throws {
        let settings = try resolve("size = 1", ["HEARTH_DEMO_TOKEN": "correct horse"])
        #expect(settings.description == "greeting = \"Hello\", size = 1, factor = 1.5, token = (secret)")
    }

    @Test func `the plugin is given one JSON object`() throws {
        let settings = try resolve(
            "size = 5\nloud = false\ncodes = [\"AB\"]\ngreeting = \"a\\n\\\"b\"", ["HEARTH_DEMO_TOKEN": "correct horse"])
        #expect(
            settings.json
                == #"{"greeting":"a\n\"b","size":5,"factor":1.5,"loud":false,"codes":["AB"],"token":"correct horse"}"#)
        #expect(PluginSettings(settings: []).json == "{}")
    }
}
