import Foundation
import HearthJSON
import Testing

@testable import HearthMail

/// Templates of plugins and of operators.
@Suite struct TemplateTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-mail-\(UUID().uuidString)").path

    /// The templates of a plugin, and those of the operator.
    private func files(_ texts: [String: String], overriddenBy own: [String: String] = [:]) throws -> TemplateFiles {
        for (folder, texts) in [(folder + "/plugin", texts), (folder + "/own", own)] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in texts { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        }
        return TemplateFiles(of: folder + "/plugin", overriddenBy: folder + "/own")
    }

    private func fault(_ texts: [String: String]) throws -> String {
        let files = try files(texts)
        let fault = #expect(throws: TemplateFault.self) { try MailTemplate("tea", from: files) }
        return fault?.description.replacing(folder + "/plugin", with: "mail") ?? ""
    }

    @Test func `values are escaped in HTML and nowhere else`() throws {
        let template = try MailTemplate(
            "tea",
            from: files([
                "tea.en.txt": "Subject: <{{name}}>\r\n\r\n<{{name}}>{{#items}} {{.}}{{/items}}{{^none}} no{{/none}}\r\n",
                "tea.en.html": "<p>{{name}}</p>{{#is_new}}new{{/is_new}}{{{name}}}",
            ]))
        let content = template.content(
            ["name": "<b>Ada & \"Co\"</b>", "items": [1, 2.5, "c"], "none": .null, "is_new": true], in: ["en"])
        #expect(content.subject == "<<b>Ada & \"Co\"</b>>")
        #expect(content.text == "<<b>Ada & \"Co\"</b>> 1 2.5 c no\n")
        #expect(content.html == "<p>&lt;b&gt;Ada &amp; &quot;Co&quot;&lt;/b&gt;</p>new<b>Ada & \"Co\"</b>")
    }

    @Test(arguments: [
        (["fr"], "fr"), (["fr-CA", "en"], "fr"), (["FR-be"], "fr-be"), (["de", "it", "fr"], "fr"), (["de"], "en"), ([], "en"),
    ])
    func `the best language is taken, then the host's, then any`(wanted: [String], expected: String) throws {
        let texts = ["en", "fr", "fr-BE", "pt"].map { ("tea.\($0).txt", "Subject: \($0)\n\nx") }
        let template = try MailTemplate("tea", from: files(Dictionary(texts) { $1 }))
        #expect(template.content([:], in: wanted).language == expected)
        #expect(template.languages == ["en", "fr", "fr-be", "pt"])
    }

    @Test func `what is included is of the same language and format`() throws {
        let template = try MailTemplate(
            "tea",
            from: files([
                "tea.en.txt": "Subject: x\n\n{{> _end}}", "_end.en.txt": "bye {{name}}", "tea.en.html": "{{>_end}}",
                "_end.en.html": "<i>bye {{name}}</i>", "_end.fr.txt": "salut",
            ]))
        let content = template.content(["name": "A&B"], in: ["en"])
        #expect(content.text == "bye A&B" && content.html == "<i>bye A&amp;B</i>")
    }

    @Test func `the operator's file stands in for the plugin's, and may add a language`() throws {
        let files = try files(
            ["tea.en.txt": "Subject: theirs\n\ntheirs", "tea.en.html": "theirs"],
            overriddenBy: ["tea.en.txt": "Subject: ours\n\nours", "tea.de.txt": "Subject: unser\n\nunser"])
        let template = try MailTemplate("tea", from: files)
        #expect(template.content([:], in: ["en"]) == MailContent(subject: "ours", text: "ours", html: "theirs", language: "en"))
        #expect(template.content([:], in: ["de"]).text == "unser")
        #expect(files.stray(beside: ["tea"]) == nil)
        #expect(files.stray(beside: ["coffee"])?.description.contains("own/tea.de.txt: expected") == true)
    }

    @Test func `what is missing or wrong is named with file and line`() throws {
        #expect(try fault([:]) == "mail: there is no tea.LANGUAGE.txt, which the mail tea needs, such as tea.en.txt")
    }

    @Test(arguments: [
        (["tea.en.txt": "Hello"], "mail/tea.en.txt:1: expected \"Subject: \" and the subject"),
        (
            ["tea.en.txt": "Subject: x\nHello"],
            "mail/tea.en.txt:2: expected an empty line between the subject and the text"
        ),
        (["tea.en.txt": "Subject: {{x\n\nHello"], "mail/tea.en.txt:1: a tag does not end with }}"),
        (
            ["tea.en.txt": "Subject: x\n\none\n{{#a}}\n{{/b}}"],
            "mail/tea.en.txt:5: a section ends by another name than it begins with"
        ),
        (["tea.en.txt": "Subject: x\n\n{{#a}}one"], "mail/tea.en.txt:3: a section does not end"),
        (
            ["tea.en.txt": "Subject: x\n\none\n{{> _end}}"],
            "mail/tea.en.txt:4: includes _end, and there is no file _end.en.txt whose name begins with _"
        ),
        (
            ["tea.en.txt": "Subject: x\n\n{{> _a}}", "_a.en.txt": "\n{{> _a}}"],
            "mail/_a.en.txt:2: includes _a, and is itself included: such files may include nothing"
        ),
        (["tea.en.txt": "Subject: x\n\n{{=<% %>=}}"], "mail/tea.en.txt:3: the delimiters stay {{ and }}"),
        (["tea.en.txt": "Subject: x\n\n", "tea.fr.html": ""], "mail/tea.fr.html: there is no tea.fr.txt beside it"),
    ])
    func `a fault is named with file and line`(texts: [String: String], expected: String) throws {
        #expect(try fault(texts) == expected)
    }
}
