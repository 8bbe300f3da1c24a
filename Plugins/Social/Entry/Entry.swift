import CHearth
import HearthKit
import Social

/// The one symbol that the library exports.
@c(hearth_plugin_entry) public func entry() -> PluginDescriptor { SocialPlugin.descriptor }
