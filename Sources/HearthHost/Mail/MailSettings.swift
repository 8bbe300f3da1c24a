import HearthConfiguration
import HearthMail
import Logging

/// How the host sends mails.
struct MailSettings: Sendable {
    /// What takes them to where they are delivered.
    var transport: any MailTransport
    /// From whom they are.
    var sender = MailAddress.local
    /// The language of mails to users who have chosen none.
    var language = "en"
    /// Where the operator's own templates stand, a folder a plugin.
    var templates: String
    /// How long one mail may take.
    var limit = Duration.seconds(120)
}

extension MailSettings {
    /// As the environment says.
    ///
    /// - Throws: `ConfigurationErrors` when the folder for mails cannot be made
    init(_ environment: HostEnvironment, _ logger: Logger) throws {
        let limit = Duration.seconds(environment.mailSeconds)
        let transport: any MailTransport
        switch environment.mailDestination {
        case .log: transport = LogTransport(logger)
        case .folder(let folder):
            guard FileSystem.makeFolder(folder) else {
                throw ConfigurationErrors([
                    ConfigurationError(file: "environment", key: "MAIL_URL", message: "the folder \(folder) cannot be made")
                ])
            }
            transport = FolderTransport(folder)
        case .server(let server): transport = SMTPTransport(server, limit: limit)
        }
        self.init(
            transport: transport, sender: environment.mailSender, language: environment.mailLanguage,
            templates: environment.mailTemplates, limit: limit)
    }
}
