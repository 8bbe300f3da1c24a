public import HearthConfiguration
import HearthDatabase
import HearthMail
public import Logging

/// A mail by which an operator sees whether mails leave: the core of `hearth mail test`.
public enum MailTest {
    /// What became of it.
    public struct Report: Sendable {
        /// Whether the mail server, or what stands in for it, has taken it.
        public let isAccepted: Bool
        /// What happened, in words for the operator.
        public let text: String
    }

    /// Sends it.
    ///
    /// - Parameters:
    ///   - environment: how mails are sent
    ///   - address: to whom
    ///   - logger: the host's log
    /// - Throws: ``AdministrationError`` when the address is none; `ConfigurationErrors` when the folder for mails cannot be made
    public static func run(_ environment: HostEnvironment, to address: String, logger: Logger) async throws -> Report {
        guard let recipient = MailAddress(address) else { throw AdministrationError("\(address) is no address to write to") }
        let settings = try MailSettings(environment, logger)
        let clock = SystemClock()
        let content = MailContent(
            subject: "Hearth can send mails", text: "This is the mail that `hearth mail test` was asked to send.", language: "en")
        let mail = Mail(
            id: "\(UUIDGenerator { clock.now }.next())", sender: settings.sender, recipient: recipient, content: content,
            date: clock.now)
        let outcome = await settings.transport.deliver(mail) { true }
        let place =
            switch environment.mailDestination {
            case .log: "the log"
            case .folder(let folder): "\(folder)/\(mail.id).eml"
            case .server(let server): "\(server)"
            }
        let (what, sender) = ("a mail from \(settings.sender.address) to \(address)", "\(mail.messageID)")
        switch (outcome, environment.mailDestination) {
        case (.accepted, .log):
            return Report(isAccepted: true, text: "\(what) was written to the log: MAIL_URL is not set, so nobody gets it")
        case (.accepted, .folder): return Report(isAccepted: true, text: "\(what) was written to \(place)")
        case (.accepted, .server):
            return Report(
                isAccepted: true, text: "\(place) has accepted \(what), with Message-ID \(sender); it may still come back")
        case (.refused(let answer, let isPermanent), _):
            let when = isPermanent ? "for good" : "for now"
            return Report(isAccepted: false, text: "\(place) has refused \(what), \(when): \(answer)")
        case (.failed(let reason), _): return Report(isAccepted: false, text: "\(what) could not be sent: \(reason)")
        case (.inDoubt(let reason), _):
            return Report(isAccepted: false, text: "\(place) may or may not have accepted \(what): \(reason)")
        }
    }
}
