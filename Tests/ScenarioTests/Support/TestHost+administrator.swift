import HearthConfiguration
import HearthHost
import HearthJSON
import Logging
import TestServers

extension TestHost {
    /// Makes somebody an administrator, as the command does, while the host runs.
    func grantAdmin(_ login: String) async throws {
        var variables = [
            "HEARTH_DATA": dataFolder, "PLUGINS_CONF": dataFolder + "/plugins.conf", "ENVIRONMENT": "test",
            "SECRET_KEY": String(repeating: "k", count: 32),
        ]
        variables.merge(try await TestDatabase.variables(for: dataFolder)) { _, new in new }
        try await Administration.run(try HostEnvironment(variables), variables: variables, logger: Logger(label: "grant")) {
            try await $0.grantAdmin(login)
        }
    }

    /// Registers an administrator.
    ///
    /// - Returns: A client with his token.
    func administrator(_ name: String, _ client: TestClient) async throws -> TestClient {
        _ = try await client.registered(name)
        try await grantAdmin(name)
        var administrator = client
        let login = try await client.post("/api/auth/login", ["email": .string(name), "password": "SecurePass1"])
        administrator.token = login.json["access_token"]?.string
        return administrator
    }
}
