import Testing

@testable import HearthConfiguration

@Suite struct FileGrantTests {
    private static func grant(_ lines: String) throws -> FileGrant {
        let conf = try PluginsConf(text: "[plugins.chat]\n" + lines)
        return try #require(conf.plugins.first).files
    }

    @Test func `sizes are numbers of bytes or texts with a unit, and have defaults`() throws {
        #expect(try Self.grant("") == .standard)
        let given = try Self.grant("files = { max_size = \"10M\", quota = 20000000 }")
        #expect(given.maximumSize == 10 << 20)
        #expect(given.quota == 20_000_000)
        // The default of one file is no more than what all may have.
        #expect(try Self.grant("files = { quota = \"1K\" }").maximumSize == 1024)
    }

    @Test(arguments: [
        ("image/png", true), ("IMAGE/PNG", true), ("image/svg+xml; charset=utf-8", true), ("application/pdf", true),
        ("application/pdfx", false), ("application/json", false), ("images/png", false), ("image", false), ("image/*", false),
        ("", false),
    ])
    func `a type is granted by name or kind`(type: String, isGranted: Bool) throws {
        #expect(try Self.grant("files = { types = [\"image/*\", \"application/pdf\"] }").allows(type: type) == isGranted)
    }

    @Test func `what is wrong is told with its line and key`() throws {
        let text = """
            [plugins.chat.files]
            max_size = "ten"
            quota = 0
            types = ["image", "*/png"]
            typs = []
            """
        let errors = try #require(throws: ConfigurationErrors.self) { try PluginsConf(text: text) }
        let size = "expected a size from 1 to 1048576G, such as \"512K\" or \"10M\""
        let type = "expected a media type such as \"image/png\" or \"image/*\""
        #expect(
            errors.errors.map(\.description) == [
                "plugins.conf:2: plugins.chat.files.max_size: \(size), not the text \"ten\"",
                "plugins.conf:3: plugins.chat.files.quota: \(size), not the integer 0",
                "plugins.conf:4: plugins.chat.files.types[0]: \(type), not the text \"image\"",
                "plugins.conf:4: plugins.chat.files.types[1]: \(type), not the text \"*/png\"",
                "plugins.conf:5: plugins.chat.files.typs: unknown key; did you mean \"types\"?",
            ])
        let tooMuch = try #require(throws: ConfigurationErrors.self) {
            try Self.grant("files = { max_size = \"2K\", quota = \"1K\" }")
        }
        #expect(tooMuch.errors.map(\.message) == ["expected at most the quota, 1K, not 2K"])
    }
}
