/// One thing that is wrong in a configuration file or in the environment, said so that it can be mended.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file as its reader named it; `environment` for a variable.
    public var file: String
    /// The line, counted from 1; nil where no single line is to blame.
    public var line: Int?
    /// The path of the key, such as `plugins.habits.enabled`, or the variable's name; empty for the file as a whole.
    public var key: String
    /// What is wrong and what would be right. Never contains the value of a secret.
    public var message: String
    /// What was probably meant.
    public var suggestion: String?

    /// Describes a fault.
    public init(file: String, line: Int? = nil, key: String = "", message: String, suggestion: String? = nil) {
        self.file = file
        self.line = line
        self.key = key
        self.message = message
        self.suggestion = suggestion
    }

    /// `plugins.conf:12: plugins.habits.enabeld: unknown key; did you mean "enabled"?`
    public var description: String {
        var text = file
        if let line { text += ":\(line)" }
        text += ": "
        if !key.isEmpty { text += "\(key): " }
        text += message
        if let suggestion { text += "; did you mean \"\(suggestion)\"?" }
        return text
    }
}

/// Everything that is wrong in one reading, in the order of the lines, so that it can be mended in one go.
public struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// The faults; never empty.
    public let errors: [ConfigurationError]

    /// Collects faults.
    public init(_ errors: [ConfigurationError]) {
        self.errors = errors
    }

    /// The faults, one a line.
    public var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}

extension [ConfigurationError] {
    /// Throws the faults, ordered by line, if there are any.
    func throwIfAny() throws(ConfigurationErrors) {
        guard !isEmpty else { return }
        // Sorting a Swift array keeps no order among equals, so the position decides there.
        let ordered = enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }
        throw ConfigurationErrors(ordered.map(\.element))
    }
}
