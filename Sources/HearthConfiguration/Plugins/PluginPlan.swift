/// What a host is going to load: every enabled plugin that can be, with its settings, in the order of start.
public struct PluginPlan: Sendable {
    /// A plugin to load.
    public struct Plugin: Sendable {
        /// What the operator says about it.
        public let entry: PluginEntry
        /// What it says about itself.
        public let manifest: PluginManifest
        /// The interfaces that it gets when it asks for them.
        public let interfaces: Set<String>
        /// Its settings.
        public let settings: PluginSettings

        /// Its id.
        public var id: String { manifest.id }
    }

    /// A plugin that is left out because of `on_error = "skip"`.
    public struct Skipped: Sendable {
        /// Its id.
        public let id: String
        /// Why.
        public let reasons: ConfigurationErrors
    }

    /// The plugins to load, providers before those who need them.
    public let plugins: [Plugin]
    /// The plugins that are left out.
    public let skipped: [Skipped]

    /// Reads the manifests of all enabled plugins, checks them with their libraries (which are read, never loaded) and settings,
    /// and orders them.
    ///
    /// - Parameters:
    ///   - conf: which plugins.
    ///   - abi: the version of the frozen core that the host speaks.
    ///   - environment: the variables in which secrets are looked for.
    ///   - excluding: plugins that failed when they were loaded or started, to be left out with those who need them.
    /// - Throws: everything that is wrong with plugins that may not be skipped.
    public init(
        _ conf: PluginsConf, abi: UInt32, environment: [String: String], excluding: Set<String> = []
    ) throws(ConfigurationErrors) {
        var fatal: [ConfigurationError] = []
        var skipped: [Skipped] = []
        var plugins: [String: Plugin] = [:]
        let entries = conf.plugins.filter { $0.enabled && !excluding.contains($0.id) }
        for entry in entries {
            do throws(ConfigurationErrors) {
                plugins[entry.id] = try Self.plugin(entry, conf, abi: abi, environment: environment)
            } catch {
                if entry.onError == .skip {
                    skipped.append(Skipped(id: entry.id, reasons: error))
                } else {
                    fatal += error.errors
                }
            }
        }
        // Who needs a refused plugin is not to blame: ordering would only add noise.
        guard fatal.isEmpty else { throw ConfigurationErrors(fatal) }
        let maySkip = Set(entries.filter { $0.onError == .skip }.map(\.id))
        let start: StartOrder
        do throws(ConfigurationErrors) {
            start = try StartOrder(of: plugins.values.map(\.manifest), maySkip: maySkip)
        } catch {
            // What was left out may be why others cannot start.
            throw ConfigurationErrors(skipped.flatMap(\.reasons.errors) + error.errors)
        }
        self.plugins = start.order.compactMap { plugins[$0.id] }
        self.skipped = skipped + start.skipped.map { Skipped(id: $0.id, reasons: ConfigurationErrors([$0.reason])) }
    }

    static func plugin(
        _ entry: PluginEntry, _ conf: PluginsConf, abi: UInt32, environment: [String: String]
    ) throws(ConfigurationErrors) -> Plugin {
        let manifest = try conf.manifest(of: entry)
        var errors: [ConfigurationError] = []
        if !manifest.abi.contains(abi) {
            let range = manifest.abi
            let stated = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            errors.append(manifest.error("abi", "\(entry.id) runs on version \(stated) of the interface; this host has \(abi)"))
        }
        errors += PluginInspection(path: manifest.path).problems
        var interfaces: Set<String> = []
        var settings = PluginSettings(settings: [])
        do throws(ConfigurationErrors) { interfaces = try entry.grantedInterfaces(of: manifest) } catch { errors += error.errors }
        do throws(ConfigurationErrors) {
            settings = try manifest.settings(for: entry, environment: environment)
        } catch {
            errors += error.errors
        }
        guard errors.isEmpty else { throw ConfigurationErrors(errors) }
        return Plugin(entry: entry, manifest: manifest, interfaces: interfaces, settings: settings)
    }
}
