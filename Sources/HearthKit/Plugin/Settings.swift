import CHearth
import HearthJSON

/// The plugin's settings: declared in `plugin.toml`, validated by the host before the plugin sees them, defaults filled in.
public struct Settings: Sendable {
    let runtime: PluginRuntime

    /// Reads all settings into a type that names them once, with their Swift types.
    ///
    /// ```swift
    /// struct GreeterSettings: Input {
    ///     var greeting = ""
    ///     static let schema = Schema<GreeterSettings>("GreeterSettings") { Field("greeting", \.greeting) }
    /// }
    /// let settings: GreeterSettings = try setup.settings.decoded()
    /// ```
    /// - Throws: ``DecodingFailure`` when `plugin.toml` declares other types.
    public func decoded<Values: Input>(as _: Values.Type = Values.self) throws -> Values {
        try Values(json: JSONValue(parsing: String(runtime.core.pointee.settings(runtime.host))))
    }

    /// Reads a text.
    ///
    /// - Parameter key: As declared in `plugin.toml`.
    /// - Throws: ``HostError`` with ``HostError/Kind/notFound`` when it is neither set nor has a default.
    public func text(_ key: String) throws -> String {
        var value = hearth_string(data: nil, length: 0)
        try check(key.lending { runtime.core.pointee.setting_text(runtime.host, $0, &value) }, key)
        return String(value)
    }

    /// Reads a whole number.
    ///
    /// - Throws: As ``text(_:)``.
    public func integer(_ key: String) throws -> Int {
        var value: Int64 = 0
        try check(key.lending { runtime.core.pointee.setting_integer(runtime.host, $0, &value) }, key)
        return Int(value)
    }

    /// Reads a number.
    ///
    /// - Throws: As ``text(_:)``.
    public func double(_ key: String) throws -> Double {
        var value = 0.0
        try check(key.lending { runtime.core.pointee.setting_double(runtime.host, $0, &value) }, key)
        return value
    }

    /// Reads a switch.
    ///
    /// - Throws: As ``text(_:)``.
    public func boolean(_ key: String) throws -> Bool { try integer(key) != 0 }

    private func check(_ status: hearth_status, _ key: String) throws {
        guard status != HearthStatus.ok.rawValue else { return }
        throw HostError(
            .init(status: HearthStatus(status)),
            message: "the setting \(key) is not declared with this type in plugin.toml, or not set and without default")
    }
}
