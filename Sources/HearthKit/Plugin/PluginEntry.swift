import CHearth
import Synchronization

/// The plugin whose library this copy of HearthKit is linked into. The C functions of a descriptor carry no pointer to
/// find it by, and each library has exactly one, so it is kept here.
private let pluginType = Mutex<(any Plugin.Type)?>(nil)

extension Plugin {
    /// The descriptor of this plugin, for the entry of its library.
    public static var descriptor: PluginDescriptor {
        pluginType.withLock { $0 = Self.self }
        // Leaked on purpose: a descriptor is constant data that lives as long as the library, which is never unloaded.
        let descriptor = UnsafeMutablePointer<hearth_plugin>.allocate(capacity: 1)
        descriptor.initialize(
            to: hearth_plugin(
                size: UInt32(MemoryLayout<hearth_plugin>.size), abi: HEARTH_ABI,
                id: hearth_string(id), version: hearth_string(version),
                init: initializePlugin, start: startPlugin, drain: drainPlugin, stop: stopPlugin,
                get_interface: nil))
        return UnsafePointer(descriptor)
    }
}

/// An instance of the plugin with its connection to the host: what `instance` points to between init and stop.
private final class PluginInstance {
    let runtime: PluginRuntime
    let plugin: any Plugin

    init(runtime: PluginRuntime, plugin: any Plugin) {
        self.runtime = runtime
        self.plugin = plugin
    }

    static func from(_ pointer: UnsafeMutableRawPointer) -> PluginInstance {
        Unmanaged<PluginInstance>.fromOpaque(pointer).takeUnretainedValue()
    }
}

private func initializePlugin(
    host: UnsafePointer<hearth_host>?, instance: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> hearth_status {
    guard let host, let instance, let type = pluginType.withLock({ $0 }) else { return HearthStatus.invalid.rawValue }
    do {
        let runtime = try PluginRuntime(host: host, pluginID: "\(type.id)")
        let setup = Setup(runtime: runtime)
        let plugin = try type.init(setup)
        try setup.finish()
        instance.pointee = Unmanaged.passRetained(PluginInstance(runtime: runtime, plugin: plugin)).toOpaque()
        return HearthStatus.ok.rawValue
    } catch {
        host.pointee.refuse(host, because: error)
        return HearthStatus.failed.rawValue
    }
}

private func startPlugin(instance: UnsafeMutableRawPointer?, context: hearth_context) -> hearth_status {
    guard let instance else { return HearthStatus.invalid.rawValue }
    let running = PluginInstance.from(instance)
    let plugin = running.plugin
    let beginning = Context(handle: context, runtime: running.runtime)
    let result = blocking { try await plugin.start(beginning) }
    guard case .failure(let error) = result else { return HearthStatus.ok.rawValue }
    running.runtime.host.pointee.refuse(running.runtime.host, because: error)
    return HearthStatus.failed.rawValue
}

private func drainPlugin(instance: UnsafeMutableRawPointer?) {
    guard let instance else { return }
    PluginInstance.from(instance).plugin.drain()
}

private func stopPlugin(instance: UnsafeMutableRawPointer?) {
    guard let instance else { return }
    Unmanaged<PluginInstance>.fromOpaque(instance).release()
}

extension hearth_host {
    fileprivate func refuse(_ host: UnsafePointer<hearth_host>, because error: any Error) {
        var message = String(describing: error)
        message.withHearthString { set_error(host, $0) }
    }
}
