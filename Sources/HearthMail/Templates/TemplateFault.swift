/// What is wrong with a template, said so that it can be mended.
public struct TemplateFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file, or the folder in which one is missing.
    public let file: String
    /// The line, counted from 1; nil where none is to blame.
    public let line: Int?
    /// What is wrong.
    public let message: String

    init(_ file: String, line: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `templates/mail/reminder.fr.html:12: …`
    public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(message)" }
}
