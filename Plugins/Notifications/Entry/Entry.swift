import CHearth
import HearthKit
import Notifications

/// The one symbol that the library exports.
@c(hearth_plugin_entry) public func entry() -> PluginDescriptor { NotificationsPlugin.descriptor }
