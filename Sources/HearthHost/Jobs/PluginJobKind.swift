import CHearth
import HearthJobs

/// A kind of job that a plugin carries out.
struct PluginJobKind: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until stop.
    let plugin: PluginInstance
    /// As the plugin calls it.
    let localName: String
    let kind: JobKind
    let rules: QueueRules
    /// On whose account its jobs are done.
    let label: WorkLabel
    let run: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<hearth_job>?) -> hearth_outcome
    let user: UnsafeMutableRawPointer?

    /// The name of something of a plugin among those of all plugins.
    static func name(_ local: String, of plugin: PluginInstance) -> String { "\(plugin.id).\(local)" }
}
