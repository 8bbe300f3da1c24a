import CHearth
import Synchronization

/// The plugin whose library this copy of HearthKit is linked into, and its descriptor. The C functions of a descriptor carry no
/// pointer to find it by, and each library has exactly one, so it is kept here.
private let described = Mutex<Described?>(nil)

/// Sendable because the descriptor is constant data.
private struct Described: @unchecked Sendable {
    let plugin: any Plugin.Type
    let descriptor: PluginDescriptor
}

extension Plugin {
    /// The descriptor of this plugin, for the entry of its library. Each library has one plugin.
    public static var descriptor: PluginDescriptor {
        described.withLock { described in
            // Tools ask several times.
            if let described, described.plugin == Self.self { return described }
            // Never freed: a descriptor is constant data that lives as long as the library, which is never unloaded.
            let descriptor = UnsafeMutablePointer<hearth_plugin>.allocate(capacity: 1)
            descriptor.initialize(
                to: hearth_plugin(
                    size: UInt32(MemoryLayout<hearth_plugin>.size), abi: HEARTH_ABI,
                    id: hearth_string(id), version: hearth_string(version),
                    init: initializePlugin, start: startPlugin, drain: drainPlugin, stop: stopPlugin,
                    get_interface: nil))
            let new = Described(plugin: Self.self, descriptor: UnsafePointer(descriptor))
            described = new
            return new
        }.descriptor
    }
}

/// An instance of the plugin with its connection to the host: what `instance` points to between init and stop.
private final class PluginInstance {
    let runtime: PluginRuntime
    let registrar: Registrar
    let plugin: any Plugin

    init(_ runtime: PluginRuntime, _ registrar: Registrar, _ plugin: any Plugin) {
        self.runtime = runtime
        self.registrar = registrar
        self.plugin = plugin
    }

    static func from(_ pointer: UnsafeMutableRawPointer) -> PluginInstance {
        Unmanaged<PluginInstance>.fromOpaque(pointer).takeUnretainedValue()
    }
}

private func initializePlugin(
    host: UnsafePointer<hearth_host>?, instance: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> hearth_status {
    guard let host, let instance, let type = described.withLock({ $0?.plugin }) else { return HearthStatus.invalid.rawValue }
    do {
        let runtime = try PluginRuntime(host: host)
        let registrar = Registrar(runtime: runtime)
        let plugin: any Plugin
        do {
            plugin = try type.init(Setup(registrar: registrar))
            if let refusal = registrar.error { throw refusal }
        } catch {
            registrar.release()
            throw error
        }
        instance.pointee = Unmanaged.passRetained(PluginInstance(runtime, registrar, plugin)).toOpaque()
        return HearthStatus.ok.rawValue
    } catch {
        host.pointee.refuse(host, because: error)
        return HearthStatus.failed.rawValue
    }
}

/// Why a start failed, on its way from the task to the thread that waits for it.
private final class StartFailure: Sendable {
    let error = Mutex<(any Error)?>(nil)
}

private func startPlugin(instance: UnsafeMutableRawPointer?, context: hearth_context) -> hearth_status {
    guard let instance else { return HearthStatus.invalid.rawValue }
    let running = PluginInstance.from(instance)
    let plugin = running.plugin
    let beginning = Context(handle: context, runtime: running.runtime)
    let failure = StartFailure()
    beginning.runHere {
        do { try await plugin.start(beginning) } catch { failure.error.withLock { $0 = error } }
    }
    guard let error = failure.error.withLock({ $0 }) else { return HearthStatus.ok.rawValue }
    running.runtime.host.pointee.refuse(running.runtime.host, because: error)
    return HearthStatus.failed.rawValue
}

private func drainPlugin(instance: UnsafeMutableRawPointer?) {
    guard let instance else { return }
    PluginInstance.from(instance).plugin.drain()
}

private func stopPlugin(instance: UnsafeMutableRawPointer?) {
    guard let instance else { return }
    let ended = Unmanaged<PluginInstance>.fromOpaque(instance).takeRetainedValue()
    // By itself it would stay when a handler holds the routes that it was registered with.
    ended.registrar.release()
}

extension hearth_host {
    fileprivate func refuse(_ host: UnsafePointer<hearth_host>, because error: any Error) {
        var message = String(describing: error)
        message.withHearthString { set_error(host, $0) }
    }
}
