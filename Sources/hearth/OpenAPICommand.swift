import ArgumentParser
import Foundation
import HearthConfiguration
import HearthHost
import Logging

/// `hearth openapi`: what `GET /api/openapi.json` would answer.
struct OpenAPICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi", abstract: "Print the API description (OpenAPI 3.1) of the host with its plugins.",
        discussion: "Initialises the plugins with a throw-away data folder, and serves nothing.")

    func run() async throws {
        let process = try ProcessSetup(logsFrom: .error)
        let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-openapi-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var variables = process.variables
        // The host's own data is neither needed nor touched, and no token is ever signed.
        variables["HEARTH_DATA"] = folder
        for name in ["DATABASE_URL", "DB_USER", "DB_PASSWORD", "DB_NAME", "REDIS_URL"] { variables[name] = nil }
        let settings = variables
        let text = try await ProcessSetup.explaining {
            try await Administration.run(try HostEnvironment(settings), variables: process.variables, logger: process.logger) {
                try await $0.apiDescription()
            }
        }
        print(text)
    }
}
