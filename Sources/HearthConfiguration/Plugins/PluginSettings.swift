/// The settings that a plugin is given: the operator's, the defaults and the secrets, all valid.
public struct PluginSettings: Sendable, Equatable, CustomStringConvertible {
    /// A setting with its value.
    public struct Setting: Sendable, Equatable {
        /// Its name.
        public let key: String
        /// Its value.
        public let value: SettingValue
        /// Whether the value must never be shown.
        public let secret: Bool
    }

    /// The settings that have a value, in the order of `plugin.toml`.
    public let settings: [Setting]

    /// The value of a setting; nil when it is not declared, or is not set and has no default.
    public subscript(key: String) -> SettingValue? {
        settings.first { $0.key == key }?.value
    }

    /// The settings, secrets hidden.
    public var description: String {
        settings.map { "\($0.key) = \($0.secret ? "(secret)" : $0.value.text)" }.joined(separator: ", ")
    }
}

extension PluginManifest {
    /// Validates the operator's settings against those that the plugin declares, and fills in what is not set.
    ///
    /// - Parameters:
    ///   - entry: what `plugins.conf` says about this plugin; nil when it has no table there.
    ///   - environment: the variables in which secrets are looked for.
    /// - Throws: everything that is wrong: unknown keys, wrong types, values out of range, missing settings.
    public func settings(
        for entry: PluginEntry?, environment: [String: String]
    ) throws(ConfigurationErrors) -> PluginSettings {
        let given =
            entry?.settings ?? TOMLTree.Table(file: "plugins.conf", path: ["plugins", id, "settings"], line: nil, members: [])
        var reader = TableReader(given)
        let keys = settings.map(\.key)
        for member in given.members where !keys.contains(member.key) {
            let suggestion = Suggestion.nearest(to: member.key, among: keys)
            let known = keys.isEmpty ? "\(id) has no settings" : "\(id) has \(keys.joined(separator: ", "))"
            reader.refuse(
                member.key, suggestion == nil ? "unknown setting; \(known)" : "unknown setting", suggestion: suggestion)
        }
        var values: [PluginSettings.Setting] = []
        for declaration in settings {
            let key = declaration.key
            let value: SettingValue?
            if declaration.secret {
                value = secret(declaration, reader: &reader, environment: environment)
            } else if let member = given[key] {
                switch declaration.check(member.value) {
                case .success(let checked): value = checked
                case .failure(let fault):
                    reader.refuse(key, fault.message, suggestion: fault.suggestion)
                    value = nil
                }
            } else {
                if declaration.required {
                    reader.refuse(key, "missing; expected \(declaration.type.expected)\(purpose(of: declaration))")
                }
                value = declaration.defaultValue
            }
            if let value { values.append(.init(key: key, value: value, secret: declaration.secret)) }
        }
        try reader.errors.throwIfAny()
        return PluginSettings(settings: values)
    }

    /// A secret is read from the environment only: a configuration file is copied, checked in and shown.
    private func secret(
        _ declaration: SettingDeclaration, reader: inout TableReader, environment: [String: String]
    ) -> SettingValue? {
        let variable = declaration.variable(of: id)
        if reader.table[declaration.key] != nil {
            reader.refuse(declaration.key, "a secret does not belong in this file; set the environment variable \(variable)")
        }
        guard let text = environment[variable], !text.isEmpty else {
            if declaration.required {
                let message = "not set; the plugin \(id) requires this secret\(purpose(of: declaration))"
                reader.refuse([.init(file: "environment", key: variable, message: message)])
            }
            return nil
        }
        switch declaration.check(.text(text)) {
        case .success(let value): return value
        case .failure(let fault):
            reader.refuse([.init(file: "environment", key: variable, message: fault.message)])
            return nil
        }
    }

    private func purpose(of declaration: SettingDeclaration) -> String {
        declaration.description.isEmpty ? "" : " (\(declaration.description))"
    }
}
