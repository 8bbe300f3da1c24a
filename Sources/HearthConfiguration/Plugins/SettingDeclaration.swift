/// The type of a setting.
public enum SettingType: String, Sendable, CaseIterable {
    /// UTF-8 text.
    case text
    /// A 64-bit integer.
    case integer
    /// A 64-bit floating point number; an integer is taken too.
    case double
    /// `true` or `false`.
    case boolean
    /// A list of texts.
    case list

    var expected: String {
        switch self {
        case .text: "a text"
        case .integer: "an integer"
        case .double: "a number"
        case .boolean: "true or false"
        case .list: "a list of texts"
        }
    }
}

/// The value of a setting.
public enum SettingValue: Sendable, Equatable {
    /// Of a setting of type text.
    case text(String)
    /// Of a setting of type integer.
    case integer(Int64)
    /// Of a setting of type double.
    case double(Double)
    /// Of a setting of type boolean.
    case boolean(Bool)
    /// Of a setting of type list.
    case list([String])

    /// The value as one would write it in TOML, but for escapes.
    public var text: String {
        switch self {
        case .text(let text): "\"\(text)\""
        case .integer(let number): "\(number)"
        case .double(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .list(let texts): "[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        }
    }
}

/// A setting that a plugin declares in `plugin.toml`, and what values it takes.
public struct SettingDeclaration: Sendable, Equatable {
    /// Its name: lower-case letters, digits and underscores.
    public let key: String
    /// Its type.
    public let type: SettingType
    /// What it is when the operator says nothing.
    public let defaultValue: SettingValue?
    /// The least number; the least count of characters of a text, of elements of a list.
    public let minimum: Double?
    /// The largest number; the largest count of characters of a text, of elements of a list.
    public let maximum: Double?
    /// The texts that are taken, nil for any.
    public let choices: [String]?
    /// A regular expression that the whole text, or each text of a list, must match.
    public let pattern: String?
    /// Whether the operator must set it.
    public let required: Bool
    /// Whether it comes from the environment and is never shown.
    public let secret: Bool
    /// What it is for.
    public let description: String

    static let identifierRule = "lower-case letters, digits and underscores, letter first"

    /// The environment variable of a secret: `HEARTH_<ID>_<KEY>`.
    public func variable(of plugin: String) -> String {
        "HEARTH_\(plugin)_\(key)".uppercased().replacing("-", with: "_")
    }

    /// Reads `[settings.<key>]`.
    static func read(_ member: TOMLTree.Member, of id: String, file: String) -> (SettingDeclaration?, [ConfigurationError]) {
        guard case .table(let table) = member.value else {
            let message = "expected a table such as { type = \"text\" }, not \(member.value.named)"
            return (nil, [.init(file: file, line: member.line, key: "settings.\(member.key)", message: message)])
        }
        var reader = TableReader(table)
        if !PluginManifest.isWord(member.key, also: "_") {
            let message = "a setting is named in \(identifierRule)"
            reader.refuse([.init(file: file, line: member.line, key: "settings.\(member.key)", message: message)])
        }
        reader.allow(only: [
            "type", "default", "minimum", "maximum", "choices", "pattern", "required", "secret", "description",
        ])
        if table["type"] == nil {
            reader.refuse("type", "missing; expected \(alternatives(SettingType.allCases.map(\.rawValue)))")
        }
        guard let type: SettingType = reader.choice("type") else { return (nil, reader.errors) }
        let isTextual = type == .text || type == .list
        for key in ["choices", "pattern"] where table[key] != nil && !isTextual {
            reader.refuse(key, "only settings of type text and list have it")
        }
        for key in ["minimum", "maximum"] where table[key] != nil && type == .boolean {
            reader.refuse(key, "a setting of type boolean has none")
        }
        let minimum = reader.number("minimum")
        let maximum = reader.number("maximum")
        if let minimum, let maximum, minimum > maximum { reader.refuse("maximum", "it is less than minimum") }
        let choices = isTextual ? reader.texts("choices")?.map(\.text) : nil
        let pattern =
            isTextual
            ? reader.text("pattern", expected: "a regular expression") { (try? Regex($0)) != nil } : nil
        let secret = reader.boolean("secret") ?? false
        let required = reader.boolean("required") ?? false
        if secret, type != .text { reader.refuse("secret", "only settings of type text can be secret") }
        if table["default"] != nil, secret { reader.refuse("default", "a secret has no default") }
        if table["default"] != nil, required { reader.refuse("default", "a required setting has no default") }
        var declaration = SettingDeclaration(
            key: member.key, type: type, defaultValue: nil, minimum: minimum, maximum: maximum, choices: choices,
            pattern: pattern, required: required, secret: secret, description: reader.text("description") ?? "")
        guard reader.errors.isEmpty else { return (nil, reader.errors) }
        if let value = table["default"] {
            switch declaration.check(value.value) {
            case .success(let value): declaration = declaration.with(default: value)
            case .failure(let fault): reader.refuse("default", fault.message, suggestion: fault.suggestion)
            }
        }
        return (reader.errors.isEmpty ? declaration : nil, reader.errors)
    }

    private func with(default value: SettingValue) -> SettingDeclaration {
        SettingDeclaration(
            key: key, type: type, defaultValue: value, minimum: minimum, maximum: maximum, choices: choices, pattern: pattern,
            required: required, secret: secret, description: description)
    }
}

extension TableReader {
    /// An integer or floating point number.
    mutating func number(_ key: String) -> Double? {
        guard let member = table[key] else { return nil }
        switch member.value {
        case .integer(let number): return Double(number)
        case .double(let number) where number.isFinite: return number
        default:
            refuse(key, "expected a number, not \(member.value.named)")
            return nil
        }
    }
}
