import FoundationEssentials
import HearthConfiguration

/// The template files of a plugin: `NAME.LANGUAGE.txt` and `NAME.LANGUAGE.html`. A file of the operator's stands in for the plugin's
/// of the same name.
public struct TemplateFiles: Sendable {
    enum Format: String, Sendable {
        case text = "txt"
        case html
    }

    struct File: Sendable {
        let name: String
        let language: String
        let format: Format
        let path: String
    }

    let files: [File]
    private let folder: String
    private let ownFolder: String

    /// - Parameters:
    ///   - folder: the plugin's
    ///   - ownFolder: the operator's for this plugin; it need not be there
    public init(of folder: String, overriddenBy ownFolder: String) {
        self.folder = folder
        self.ownFolder = ownFolder
        var paths: [String: String] = [:]
        for folder in [folder, ownFolder] {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] { paths[name] = "\(folder)/\(name)" }
        }
        files = paths.sorted { $0.key < $1.key }.compactMap { name, path in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, let format = Format(rawValue: parts[2]), LanguageTag.isTag(parts[1]) else { return nil }
            return File(name: parts[0], language: parts[1].lowercased(), format: format, path: path)
        }
    }

    /// The first file of the operator's that would never be used, when these are all templates that there are.
    ///
    /// - Parameter names: the names of the templates
    public func stray(beside names: Set<String>) -> TemplateFault? {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: ownFolder)) ?? []
        let known = Set(files.filter { names.contains($0.name) || $0.name.hasPrefix("_") }.map(\.path))
        return entries.sorted().map { "\(ownFolder)/\($0)" }.first { !$0.hasSuffix("~") && !known.contains($0) }.map { path in
            let expected = names.isEmpty ? "none" : names.sorted().joined(separator: ", ")
            return TemplateFault(path, "expected NAME.LANGUAGE.txt or .html of a mail of this plugin, which has \(expected)")
        }
    }

    /// The files of a mail in each of its languages.
    ///
    /// - Throws: when there is none, or a page without its text
    func languages(of name: String) throws(TemplateFault) -> [(text: File, html: File?)] {
        let own = files.filter { $0.name == name }
        let texts = own.filter { $0.format == .text }
        guard !texts.isEmpty else {
            throw TemplateFault(folder, "there is no \(name).LANGUAGE.txt, which the mail \(name) needs, such as \(name).en.txt")
        }
        for html in own where html.format == .html && !texts.contains(where: { $0.language == html.language }) {
            throw TemplateFault(html.path, "there is no \(name).\(html.language).txt beside it")
        }
        return texts.map { text in (text, own.first { $0.format == .html && $0.language == text.language }) }
    }

    /// What a template may include: the files whose names begin with an underscore, of its language and format.
    func partials(for file: File) -> [File] {
        files.filter { $0.name.hasPrefix("_") && $0.language == file.language && $0.format == file.format }
    }
}
