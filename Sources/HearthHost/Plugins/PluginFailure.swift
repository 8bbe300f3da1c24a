import HearthConfiguration

/// Why a plugin does not run.
struct PluginFailure: Error, CustomStringConvertible {
    /// Its id.
    let plugin: String
    /// What is wrong.
    let message: String
    /// The owner of what it wanted to have; leaving that one out would cure it too.
    let rival: String?
    /// Its table in `plugins.conf`, where the operator can change something.
    var entry: PluginEntry?

    init(plugin: String, _ message: String, rival: String? = nil) {
        self.plugin = plugin
        self.message = message
        self.rival = rival
    }

    /// `plugins.conf:12: plugins.habits: init failed: …`
    var description: String {
        guard let entry else { return "\(plugin): \(message)" }
        return ConfigurationError(
            file: entry.file, line: entry.line, key: "plugins.\(plugin)",
            message: "\(message) (on_error = \"skip\" starts without it)"
        ).description
    }
}
