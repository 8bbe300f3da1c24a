/// A line of the report of `hearth plugin check`.
public enum CheckLine: Sendable, Equatable {
    /// What is about to be done: what is to blame when the process ends now.
    case step(String)
    /// A rule that the plugin keeps.
    case passed(rule: String, String)
    /// A rule that the plugin breaks.
    case failed(rule: String, String)

    /// Reads a line that ``text`` has made; nil when it is another one.
    public init?(parsing line: String) {
        let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        switch (fields.first, fields.count) {
        case ("step", 2): self = .step(fields[1])
        case ("ok", 3): self = .passed(rule: fields[1], fields[2])
        case ("FAIL", 3): self = .failed(rule: fields[1], fields[2])
        default: return nil
        }
    }

    /// The line as the child process writes it for its parent.
    public var text: String {
        switch self {
        case .step(let what): "step\t\(Self.single(what))"
        case .passed(let rule, let text): "ok\t\(rule)\t\(Self.single(text))"
        case .failed(let rule, let text): "FAIL\t\(rule)\t\(Self.single(text))"
        }
    }

    private static func single(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " | ") }
}
