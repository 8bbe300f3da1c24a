import ArgumentParser
import Foundation
import HearthConfiguration
import Logging

/// What every command begins with: the environment, read and checked, and a log.
struct ProcessSetup {
    /// The environment's variables as they are.
    let variables: [String: String]
    /// What they say about the host.
    let environment: HostEnvironment
    /// The log, on standard error.
    let logger: Logger

    /// - Throws: `ExitCode` after everything that is wrong has been printed
    init() throws {
        variables = ProcessInfo.processInfo.environment
        do throws(ConfigurationErrors) {
            environment = try HostEnvironment(variables)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode.failure
        }
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var logger = Logger(label: "hearth")
        logger.logLevel = Logger.Level(rawValue: environment.logLevel.rawValue) ?? .info
        self.logger = logger
    }
}
