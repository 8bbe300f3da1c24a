/// The one declaration of an environment variable: from it come the reading, the messages, `--help` and the documentation.
public struct EnvironmentVariable: Sendable {
    /// Its name.
    public let name: String
    /// What it takes, in words that complete "expected …".
    public let expected: String
    /// The unit of a number.
    public let unit: String?
    /// The default as one would write it; empty when there is none.
    public let defaultText: String
    /// What it is for.
    public let help: String
    /// Whether its value must never be shown.
    public let secret: Bool
    /// Puts a value where it belongs; false when it is not what is expected.
    let read: @Sendable (_ text: String, _ environment: inout HostEnvironment) -> Bool

    init<Value: Sendable>(
        _ name: String, _ property: any WritableKeyPath<HostEnvironment, Value> & Sendable, expected: String, unit: String? = nil,
        secret: Bool = false, help: String, parse: @escaping @Sendable (String) -> Value?,
        show: (Value) -> String = { "\($0)" }
    ) {
        self.name = name
        self.expected = expected
        self.unit = unit
        self.help = help
        self.secret = secret
        defaultText = show(HostEnvironment.defaults[keyPath: property])
        read = { text, environment in
            guard let value = parse(text) else { return false }
            environment[keyPath: property] = value
            return true
        }
    }
}

extension EnvironmentVariable {
    static func text(
        _ name: String, _ property: any WritableKeyPath<HostEnvironment, String> & Sendable, expected: String, help: String
    ) -> EnvironmentVariable {
        EnvironmentVariable(name, property, expected: expected, help: help, parse: { $0 })
    }

    /// A text that may be left out.
    static func optional(
        _ name: String, _ property: any WritableKeyPath<HostEnvironment, String?> & Sendable, expected: String,
        secret: Bool = false, help: String
    ) -> EnvironmentVariable {
        EnvironmentVariable(
            name, property, expected: expected, secret: secret, help: help, parse: { .some($0) }, show: { $0 ?? "" })
    }

    static func integer(
        _ name: String, _ property: any WritableKeyPath<HostEnvironment, Int> & Sendable, _ range: ClosedRange<Int>,
        unit: String? = nil, help: String
    ) -> EnvironmentVariable {
        EnvironmentVariable(
            name, property, expected: "an integer from \(range.lowerBound) to \(range.upperBound)", unit: unit, help: help,
            parse: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } })
    }

    /// A count of bytes, with K, M or G for powers of 1024.
    static func size(
        _ name: String, _ property: any WritableKeyPath<HostEnvironment, Int> & Sendable, _ range: ClosedRange<Int>, help: String
    ) -> EnvironmentVariable {
        let (least, most) = (ByteSize.show(range.lowerBound), ByteSize.show(range.upperBound))
        return EnvironmentVariable(
            name, property, expected: "a size from \(least) to \(most), such as 512K or 10M", unit: "bytes", help: help,
            parse: { text in ByteSize.parse(text).flatMap { range.contains($0) ? $0 : nil } }, show: ByteSize.show)
    }

    static func flag(
        _ name: String, _ property: any WritableKeyPath<HostEnvironment, Bool> & Sendable, help: String
    ) -> EnvironmentVariable {
        EnvironmentVariable(
            name, property, expected: "\"on\" or \"off\"", help: help,
            parse: { text in
                switch text.lowercased() {
                case "on", "true", "1", "yes": true
                case "off", "false", "0", "no": false
                default: nil
                }
            }, show: { $0 ? "on" : "off" })
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, _ property: any WritableKeyPath<HostEnvironment, Choice> & Sendable, help: String
    ) -> EnvironmentVariable {
        EnvironmentVariable(
            name, property, expected: alternatives(Choice.allCases.map(\.rawValue)), help: help,
            parse: { Choice(rawValue: $0.lowercased()) }, show: \.rawValue)
    }
}
