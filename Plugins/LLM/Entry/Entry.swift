import CHearth
import HearthKit
import LLM

/// The one symbol that the library exports.
@c(hearth_plugin_entry) public func entry() -> PluginDescriptor { LLMPlugin.descriptor }
