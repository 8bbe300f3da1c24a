import Testing

@testable import HearthConfiguration

@Suite struct MailSettingsTests {
    @Test(
        arguments: [
            ("smtp://mail.example.org", "smtp://mail.example.org:587", .starttls, nil, ""),
            ("smtps://mail.example.org/", "smtps://mail.example.org:465", .tls, nil, ""),
            ("smtp://ada:p%40s%3As@[::1]:2525?starttls=on", "smtp://[::1]:2525", .starttls, "ada", "p@s:s"),
            ("smtp://ada%40example.org:secret@mail:25?starttls=off", "smtp://mail:25", .none, "ada@example.org", "secret"),
        ] as [(String, String, MailServer.Security, String?, String)])
    func `the address of a mail server is read`(
        text: String, shown: String, security: MailServer.Security, user: String?, password: String
    ) throws {
        let server = try #require(MailServer(parsing: text))
        #expect("\(server)" == shown)
        #expect(server.security == security && server.user == user && server.password == password)
        #expect(!"\(MailDestination.server(server)) \(String(reflecting: server))".contains("secret"))
    }

    @Test func `an authority of one's own is read`() throws {
        #expect(MailServer(parsing: "smtps://mail?ca=/etc/my%20ca.pem")?.authority == "/etc/my ca.pem")
    }

    @Test(arguments: [
        "mail.example.org", "smtp://", "smtp://mail:0", "smtp://mail:x", "smtp://user@mail", "smtp://mail?tls=on",
        "smtps://mail?starttls=off", "smtp://a:b%0d%0aQUIT@mail", "smtp://mail/path", "smtp://ma il", "file:", "http://mail",
        "smtp://a:%4@mail", "smtp://mail?ca=",
    ])
    func `anything else is refused, and the password not shown`(text: String) throws {
        let error = #expect(throws: ConfigurationErrors.self) {
            try HostEnvironment(["MAIL_URL": text, "MAIL_FROM": "a@example.org"])
        }
        #expect(error?.description.hasPrefix("environment: MAIL_URL: expected smtp://USER:PASSWORD@HOST:PORT") == true)
        #expect(error?.description.hasSuffix("not the value given") == true)
    }

    @Test func `mails go into the log unless the environment says otherwise`() throws {
        let environment = try HostEnvironment(["HEARTH_DATA": "/d"])
        #expect(environment.mailDestination == .log && environment.mailTemplates == "/d/templates/mail")
        #expect(environment.mailSender == .local && environment.mailLanguage == "en" && environment.mailSeconds == 120)
        let given = try HostEnvironment([
            "MAIL_URL": "file:/mails", "MAIL_FROM": "Équipe <equipe@example.org>", "MAIL_LANGUAGE": "fr-CA",
            "MAIL_TEMPLATES": "/t",
        ])
        #expect(given.mailDestination == .folder("/mails") && given.mailLanguage == "fr-ca" && given.mailTemplates == "/t")
        #expect(given.mailSender.name == "Équipe" && given.mailSender.address == "equipe@example.org")
        let error = #expect(throws: ConfigurationErrors.self) { try HostEnvironment(["MAIL_URL": "smtp://mail"]) }
        #expect(error?.description.hasPrefix("environment: MAIL_FROM: missing") == true)
    }

    @Test(arguments: [
        "", "ada", "ada@", "@example.org", "a b@example.org", "ada@exa mple.org", "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org\n", "<ada@example.org>, eve@example.org", "ada@example..org", ".ada@example.org", "ada@-example.org",
        "adé@example.org", "\"a\"@example.org", "ada@example.org>", "Ada\r\nBcc: x <ada@example.org>", "ada@[127.0.0.1]",
    ])
    func `what could be more than an address is none`(text: String) { #expect(MailAddress(parsing: text) == nil) }
}
