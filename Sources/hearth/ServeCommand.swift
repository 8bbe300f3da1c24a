import ArgumentParser
import HearthConfiguration
import HearthHost
import Logging
import ServiceLifecycle
import UnixSignals

/// `hearth serve`: runs the host until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve, until SIGTERM or SIGINT: requests in flight are finished.",
        discussion: "Environment variables decide how:\n\n" + HostEnvironment.help)

    func run() async throws {
        let process = try ProcessSetup(logsFrom: .trace)
        let logger = process.logger
        let host = Host(process.environment, variables: process.variables, logger: logger) { port in
            logger.notice("Serving", metadata: ["address": "\(process.environment.host):\(port)"])
        }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: host, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            // One sentence for the operator, not a dump of the error's type.
            logger.critical("The start is refused:\n\(error)")
            throw ExitCode.failure
        }
    }
}
