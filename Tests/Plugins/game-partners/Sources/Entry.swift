import HearthKit

/// The symbol that the host looks up when it has loaded the library.
@c(hearth_plugin_entry) public func entry() -> PluginDescriptor { GamePartners.descriptor }
