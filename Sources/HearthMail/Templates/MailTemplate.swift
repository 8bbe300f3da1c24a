import HearthConfiguration
public import HearthJSON
import Mustache

/// One mail that a plugin sends, in each of its languages.
public struct MailTemplate: Sendable {
    private struct Variant: Sendable {
        let subject: MustacheTemplate
        let text: MustacheTemplate
        let textPartials: MustacheLibrary
        let html: MustacheTemplate?
        let htmlPartials: MustacheLibrary
    }

    /// Its name in the plugin.
    public let name: String
    private let variants: [String: Variant]

    /// Reads it.
    ///
    /// - Parameters:
    ///   - name: its name in the plugin
    ///   - files: where it is
    /// - Throws: the first thing that is missing or wrong, with file and line
    public init(_ name: String, from files: TemplateFiles) throws(TemplateFault) {
        self.name = name
        var variants: [String: Variant] = [:]
        for (text, html) in try files.languages(of: name) {
            let source = try TemplateSource(text)
            let (subject, body) = try source.dividingSubject()
            variants[text.language] = Variant(
                subject: try subject.template(including: []), text: try body.template(including: files.partials(for: text)),
                textPartials: try TemplateSource.library(files.partials(for: text)),
                html: try html.map { file throws(TemplateFault) in
                    try TemplateSource(file).template(including: files.partials(for: file))
                },
                htmlPartials: try html.map { file throws(TemplateFault) in
                    try TemplateSource.library(files.partials(for: file))
                } ?? MustacheLibrary())
        }
        self.variants = variants
    }

    /// The languages that it is there in.
    public var languages: [String] { variants.keys.sorted() }

    /// Fills it in.
    ///
    /// - Parameters:
    ///   - values: what stands for the names in it
    ///   - wanted: languages, the best first; `fr-CA` is content with `fr`. Without any of them it is the first that there is.
    public func content(_ values: JSONObject, in wanted: [String]) -> MailContent {
        let chosen = language(in: wanted)
        guard let variant = variants[chosen] else { return MailContent(subject: "", text: "", language: chosen) }
        let values = JSONValue.object(values).rendered
        return MailContent(
            subject: variant.subject.render(values), text: variant.text.render(values, library: variant.textPartials),
            html: variant.html?.render(values, library: variant.htmlPartials), language: chosen)
    }

    private func language(in wanted: [String]) -> String {
        for tag in wanted.map({ $0.lowercased() }) {
            if variants[tag] != nil { return tag }
            if let primary = tag.split(separator: "-").first.map(String.init), variants[primary] != nil { return primary }
        }
        return languages.first ?? ""
    }
}

extension JSONValue {
    /// As the template engine takes it.
    fileprivate var rendered: Any {
        switch self {
        case .null: ""
        case .boolean(let value): value
        case .integer(let value): value
        case .number(let value): value
        case .string(let value): value
        case .array(let values): values.map(\.rendered)
        case .object(let object):
            // What is null is not there, so that `{{^name}}` stands for both.
            Dictionary(
                object.members.compactMap { name, value in value == .null ? nil : (name, value.rendered) },
                uniquingKeysWith: { $1 }) as [String: Any]
        }
    }
}
