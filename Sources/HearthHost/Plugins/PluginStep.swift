/// A step in the life of a plugin, as the loader takes it.
enum PluginStep: String, Sendable, CaseIterable {
    /// Migrations and seeds are applied.
    case migrations
    /// The library is loaded, and its descriptor compared with `plugin.toml`.
    case descriptor
    /// `init` runs and registers.
    case `init`
    /// What `init` registered is taken over: routes, services, facets.
    case registration
    /// `start` runs.
    case start
    /// `drain` runs.
    case drain
    /// `stop` runs.
    case stop
}
