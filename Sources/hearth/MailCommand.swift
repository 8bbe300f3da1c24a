import ArgumentParser
import HearthHost
import Logging

/// `hearth mail`: whether mails leave.
struct MailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Try how mails are sent.", subcommands: [Test.self])

    /// `hearth mail test ADDRESS`
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a mail as MAIL_URL and MAIL_FROM say, and tell what became of it.",
            discussion: "Exits with 1 unless it was accepted.")
        @Argument(help: "To whom.") var address: String

        func run() async throws {
            let setup = try ProcessSetup(logsFrom: .notice)
            let report = try await ProcessSetup.explaining {
                try await MailTest.run(setup.environment, to: address, logger: setup.logger)
            }
            print(report.text)
            if !report.isAccepted { throw ExitCode.failure }
        }
    }
}
