public import CHearth

/// A feature of the server: registers its routes, services and facets, and serves them.
///
/// The entry of a plugin's library is one line in a target of its own:
/// ```swift
/// @c(hearth_plugin_entry) public func entry() -> PluginDescriptor { Habits.descriptor }
/// ```
/// Instances are made by the host, one each time that the plugin is initialised; keep state in the instance, never in globals.
public protocol Plugin: Sendable {
    /// The identifier, as in `plugin.toml`.
    static var id: StaticString { get }
    /// The semantic version, as in `plugin.toml`.
    static var version: StaticString { get }

    /// Registers everything. Nothing of it remains if this throws, and the start of the host names the error.
    ///
    /// - Parameter setup: What the plugin can register with, and its settings. Not valid afterwards.
    init(_ setup: Setup) throws

    /// Begins to work: everything that this plugin needs has started.
    ///
    /// - Parameter context: On whose behalf the plugin works until start is complete.
    func start(_ context: Context) async throws

    /// The host stops: no new requests arrive, those in flight are to be finished.
    func drain()
}

extension Plugin {
    public func start(_ context: Context) async throws {}
    public func drain() {}
}

/// What ``hearth_plugin_entry`` returns: a pointer to constant data that describes the plugin.
public typealias PluginDescriptor = UnsafePointer<hearth_plugin>
