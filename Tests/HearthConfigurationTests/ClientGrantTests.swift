import HearthAddresses
import Testing

@testable import HearthConfiguration

@Suite struct ClientGrantTests {
    private static let grant = ClientGrant(
        hosts: ["api.example.com", "*.Example.org:8443", "http://localhost:8080", "http://[::1]:*"],
        privateNetworks: ["10.1.0.0/16"])

    @Test(arguments: [
        ("https", "api.example.com", 443, true), ("https", "api.example.com", 8443, false),
        ("http", "api.example.com", 80, false),
        ("https", "api.example.com.evil.net", 443, false), ("https", "xapi.example.com", 443, false),
        ("https", "a.example.org", 8443, true), ("https", "a.b.example.org", 8443, true), ("https", "example.org", 8443, false),
        ("https", "evilexample.org", 8443, false), ("http", "localhost", 8080, true), ("https", "localhost", 8080, false),
        ("http", "::1", 9, true),
    ])
    func `a destination is granted by scheme, name and port`(scheme: String, host: String, port: Int, isGranted: Bool) throws {
        #expect(try #require(Self.grant).allows(scheme: scheme, host: host, port: port) == isGranted)
    }

    @Test func `an address is granted when it is public, or of a granted network`() throws {
        let grant = try #require(Self.grant)
        #expect(grant.allows(try #require(IPAddress("8.8.8.8"))))
        #expect(grant.allows(try #require(IPAddress("10.1.2.3"))))
        #expect(!grant.allows(try #require(IPAddress("10.2.2.3"))))
    }

    @Test func `what is wrong is told with its line and key`() throws {
        let text = """
            [plugins.habits.client]
            hosts = [
              "api.example.com",
              "ftp://files.example.com",
            ]
            private = ["10.0.0.0/40"]
            privat = []
            """
        let errors = try #require(throws: ConfigurationErrors.self) { try PluginsConf(text: text) }
        #expect(
            errors.description.split(separator: "\n") == [
                "plugins.conf:4: plugins.habits.client.hosts[1]: expected a host such as \"api.example.com\", "
                    + "\"*.example.com:8443\" or \"http://localhost:8080\", not the text \"ftp://files.example.com\"",
                "plugins.conf:6: plugins.habits.client.private[0]: expected a network such as \"10.1.0.0/16\", "
                    + "not the text \"10.0.0.0/40\"",
                "plugins.conf:7: plugins.habits.client.privat: unknown key; did you mean \"private\"?",
            ])
    }

    @Test func `a grant for a plugin that does not ask for it is a mistake`() throws {
        let conf = try PluginsConf(text: "[plugins.habits.client]\nhosts = [\"api.example.com\"]")
        let manifest = try PluginManifest(
            text: """
                id = "habits"
                version = "1.0.0"
                abi = "1"
                name = "Habits"
                description = "Habits."
                licence = "MIT"
                library = "libHabits.so"
                wants = ["hearth.http/1"]
                """)
        let errors = try #require(throws: ConfigurationErrors.self) { try conf.plugins[0].grantedInterfaces(of: manifest) }
        #expect(
            errors.description
                == "plugins.conf:1: plugins.habits.client: habits does not ask for \"hearth.client/1\", so it calls nobody")
    }
}
