import ArgumentParser
import Foundation
import HearthConfiguration
import HearthHost
import Logging

/// What every command begins with: the environment, read and checked, and a log.
struct ProcessSetup {
    /// The environment's variables as they are.
    let variables: [String: String]
    /// What they say about the host.
    let environment: HostEnvironment
    /// The log, on standard error.
    let logger: Logger

    /// - Parameter least: from which severity on the log is written, when `LOG_LEVEL` would have more
    /// - Throws: `ExitCode` after everything that is wrong has been printed
    init(logsFrom least: Logger.Level = .warning) throws {
        let variables = ProcessInfo.processInfo.environment
        self.variables = variables
        environment = try Self.explaining { try HostEnvironment(variables) }
        let format = environment.logFormat
        LoggingSystem.bootstrap { label in
            switch format {
            case .json: JSONLogHandler()
            case .text: StreamLogHandler.standardError(label: label)
            }
        }
        var logger = Logger(label: "hearth")
        logger.logLevel = max(least, Logger.Level(rawValue: environment.logLevel.rawValue) ?? .info)
        self.logger = logger
    }

    /// Works on the host's data.
    ///
    /// - Parameters:
    ///   - migratesHost: whether the host's own tables are brought up to date first
    ///   - body: what to do
    /// - Throws: `ExitCode` after the reason has been printed
    func administer<R: Sendable>(migratesHost: Bool = true, _ body: (Administration) async throws -> R) async throws -> R {
        try await Self.explaining {
            try await Administration.run(
                environment, variables: variables, logger: logger, migratesHost: migratesHost, body)
        }
    }

    /// Prints an error in words for the operator.
    ///
    /// - Throws: `ExitCode` in its place
    static func explaining<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch let code as ExitCode { throw code } catch { throw explained(error) }
    }

    /// Prints an error in words for the operator.
    ///
    /// - Throws: `ExitCode` in its place
    static func explaining<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        do { return try await body() } catch let code as ExitCode { throw code } catch { throw explained(error) }
    }

    private static func explained(_ error: any Error) -> ExitCode {
        FileHandle.standardError.write(Data("\(error)\n".utf8))
        return .failure
    }
}
