import FoundationEssentials
import Mustache

/// The text of a template, or of a part of it, with the place where it stands.
struct TemplateSource {
    private let file: TemplateFiles.File
    private let text: String
    /// How many lines of the file are before it.
    private let offset: Int

    init(_ file: TemplateFiles.File) throws(TemplateFault) {
        guard let data = FileManager.default.contents(atPath: file.path), let text = String(validating: data, as: UTF8.self)
        else {
            throw TemplateFault(file.path, "cannot be read as UTF-8")
        }
        // The parser counts lines by line feeds.
        self.init(file, text.replacing("\r\n", with: "\n"), offset: 0)
    }

    private init(_ file: TemplateFiles.File, _ text: String, offset: Int) {
        self.file = file
        self.text = text
        self.offset = offset
    }

    /// The first line, which is the subject, and what follows the empty line after it.
    func dividingSubject() throws(TemplateFault) -> (subject: TemplateSource, body: TemplateSource) {
        let lines = text.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard let subject = lines.first, subject.hasPrefix("Subject: "), subject.count > 9 else {
            throw TemplateFault(file.path, line: 1, "expected \"Subject: \" and the subject")
        }
        guard lines.count == 3, lines[1].isEmpty else {
            throw TemplateFault(file.path, line: 2, "expected an empty line between the subject and the text")
        }
        return (
            TemplateSource(file, String(subject.dropFirst(9)), offset: 0), TemplateSource(file, String(lines[2]), offset: 2)
        )
    }

    /// - Parameter partials: what it may include; one that is included may include nothing, so that there is an end
    func template(including partials: [TemplateFiles.File]) throws(TemplateFault) -> MustacheTemplate {
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.contains("{{=") { throw TemplateFault(file.path, line: offset + number + 1, "the delimiters stay {{ and }}") }
            for match in line.matches(of: /\{\{\s*[><]\s*([^\s}]+)/) where !partials.contains(where: { $0.name == match.1 }) {
                let reason =
                    file.name.hasPrefix("_")
                    ? "and is itself included: such files may include nothing"
                    : "and there is no file \(match.1).\(file.language).\(file.format.rawValue) whose name begins with _"
                throw TemplateFault(file.path, line: offset + number + 1, "includes \(match.1), \(reason)")
            }
        }
        do {
            // Only HTML is to be escaped; the subject is text.
            return try MustacheTemplate(string: (file.format == .text ? "{{% CONTENT_TYPE:TEXT}}" : "") + text)
        } catch let error as MustacheTemplate.ParserError {
            throw TemplateFault(file.path, line: offset + error.context.lineNumber, Self.reason(error.error))
        } catch {
            throw TemplateFault(file.path, "\(error)")
        }
    }

    /// What templates of the same language and format may include.
    static func library(_ partials: [TemplateFiles.File]) throws(TemplateFault) -> MustacheLibrary {
        var library = MustacheLibrary()
        for file in partials {
            library.register(try TemplateSource(file).template(including: []), named: file.name)
        }
        return library
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case MustacheTemplate.Error.sectionCloseNameIncorrect: "a section ends by another name than it begins with"
        case MustacheTemplate.Error.expectedSectionEnd: "a section does not end"
        case MustacheTemplate.Error.unfinishedName: "a tag does not end with }}"
        case is MustacheTemplate.Error: "this is no Mustache: \(error)"
        // The parser has come to the end of the text.
        default: "a tag does not end with }}"
        }
    }
}
