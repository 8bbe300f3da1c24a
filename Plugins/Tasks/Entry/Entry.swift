import CHearth
import HearthKit
import Tasks

/// The one symbol that the library exports.
@c(hearth_plugin_entry) public func entry() -> PluginDescriptor { TasksPlugin.descriptor }
