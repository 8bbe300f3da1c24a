import Foundation
import HearthConfiguration
import Testing

@testable import HearthMail

/// Mails in files.
@Suite struct FolderTransportTests {
    @Test func `a mail is one file, however often it is delivered, and nothing is left beside it`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-mail-\(UUID().uuidString)").path
        let mail = Mail(
            id: "one", sender: .local, recipient: try #require(MailAddress("ada@example.com")),
            content: MailContent(subject: "x", text: "y", language: "en"), date: 0)
        let transport = FolderTransport(folder)
        guard case .failed(let reason) = await transport.deliver(mail, handingOver: { true }) else {
            Issue.record("there is no such folder")
            return
        }
        #expect(reason.contains("No such file"))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for _ in 0..<2 { #expect(await transport.deliver(mail, handingOver: { true }) == .accepted) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["one.eml"])
        #expect(FileManager.default.contents(atPath: folder + "/one.eml").map { Array($0) } == mail.message)
    }
}
