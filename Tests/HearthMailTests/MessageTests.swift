import HearthConfiguration
import Testing

@testable import HearthMail

/// Mails as they go over the wire. Tests/Contract/test_mail.py lets another parser read them.
@Suite struct MessageTests {
    private func mail(_ content: MailContent, from sender: String = "Hearth <no-reply@example.org>") throws -> Mail {
        Mail(
            id: "0198a6c2-0000-7000-8000-000000000001", sender: try #require(MailAddress(parsing: sender)),
            recipient: try #require(MailAddress("ada@example.com")), content: content, date: 1_795_176_000_000_000)
    }

    private func text(_ content: MailContent, from sender: String = "Hearth <no-reply@example.org>") throws -> String {
        String(decoding: try mail(content, from: sender).message, as: UTF8.self)
    }

    @Test func `a mail of plain text is written to the byte`() throws {
        let content = MailContent(subject: "Time for tea", text: "A = b\n.\nFrom here \nCafé\n", language: "en")
        #expect(
            try text(content) == """
                From: "Hearth" <no-reply@example.org>\r
                To: ada@example.com\r
                Subject: Time for tea\r
                Date: Fri, 20 Nov 2026 12:00:00 +0000\r
                Message-ID: <0198a6c2-0000-7000-8000-000000000001@example.org>\r
                Auto-Submitted: auto-generated\r
                Content-Language: en\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                A =3D b\r
                .\r
                From here=20\r
                Caf=C3=A9\r

                """)
    }

    @Test func `a mail with a page has both, the page last`() throws {
        let message = try text(MailContent(subject: "x", text: "plain", html: "<p>page</p>", language: "fr"))
        let parts = message.components(of: "--=_0198a6c2-0000-7000-8000-000000000001")
        #expect(parts.count == 4 && parts[3] == "--\r\n")
        #expect(parts[0].contains("multipart/alternative;\r\n boundary=\"=_0198a6c2-0000-7000-8000-000000000001\""))
        #expect(parts[1].contains("text/plain") && parts[1].hasSuffix("\r\nplain\r\n\r\n"))
        #expect(parts[2].contains("text/html") && parts[2].hasSuffix("\r\n<p>page</p>\r\n\r\n"))
    }

    @Test(arguments: [
        "x\r\nBcc: eve@example.com", "x\nBcc: eve@example.com", "x\rBcc: e", "x\u{0}y", "x\u{2028}Bcc: e", "x\u{85}y",
    ])
    func `no subject begins another header field`(subject: String) throws {
        let lines = try text(MailContent(subject: subject, text: "", language: "en")).components(of: "\r\n")
        #expect(lines.filter { $0.hasPrefix("Subject: x ") }.count == 1, "\(lines)")
        #expect(!lines.contains { $0.hasPrefix("Bcc") || $0.utf8.contains { byte in byte < 0x20 } }, "\(lines)")
    }

    @Test func `whatever is in it, a mail is short lines of ASCII`() throws {
        let long = String(repeating: "été 🎉 = ", count: 100)
        let message = try mail(
            MailContent(subject: long, text: long + "\t\n" + String(repeating: "x", count: 500), html: long, language: "fr"),
            from: "Équipe de Hearth <no-reply@example.org>"
        ).message
        #expect(message.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x0A })
        let lines = String(decoding: message, as: UTF8.self).components(of: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.utf8.contains(0x0A) && !$0.hasSuffix(" ") })
    }

    @Test(arguments: [
        ("Ada \"the\\first\"", "\"Ada \\\"the\\\\first\\\"\""), ("Équipe", "=?utf-8?B?w4lxdWlwZQ==?="), ("", ""),
    ])
    func `a name is quoted or encoded`(name: String, phrase: String) { #expect(EncodedWord.phrase(name) == phrase) }

    @Test func `what looks encoded is encoded`() {
        #expect(EncodedWord.text("=?utf-8?Q?a?=") == "=?utf-8?B?PT91dGYtOD9RP2E/PQ==?=")
    }
}

extension String {
    /// The texts between the occurrences of another.
    func components(of separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
