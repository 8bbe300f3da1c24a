import HearthConfiguration
public import Logging

/// Writes mails into the log, for development.
public struct LogTransport: MailTransport {
    private let logger: Logger

    /// - Parameter logger: the log
    public init(_ logger: Logger) { self.logger = logger }

    /// Writes the text of a mail.
    public func deliver(_ mail: Mail, handingOver: @escaping @Sendable () async -> Bool) async -> MailOutcome {
        logger.notice(
            "A mail, which nobody gets since MAIL_URL is not set: \(mail.content.text)",
            metadata: ["to": "\(mail.recipient.address)", "subject": "\(mail.content.subject)"])
        return .accepted
    }
}
