import CHearth
import HearthJSON
import Synchronization

/// A service that a plugin provides.
struct ProvidedService: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the provider's, which says that it may be used on any thread until stop.
    let name: String
    let plugin: PluginInstance
    /// On whose account calls are served.
    let label: WorkLabel
    /// The input schema of each method.
    let inputs: [String: JSONSchema]
    /// The output schema of each method that has one.
    let outputs: [String: JSONValue]
    let handle: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<hearth_call>?) -> hearth_outcome
    let user: UnsafeMutableRawPointer?
}

/// Who provides which service at the moment.
final class ServiceRegistry: Sendable {
    private let services = Mutex<[String: ProvidedService]>([:])

    /// The provider of a service.
    subscript(name: String) -> ProvidedService? { services.withLock { $0[name] } }

    /// Adds the services of a plugin that has started.
    ///
    /// - Returns: the first one that somebody else provides already; then nothing is added
    func add(_ provided: [ProvidedService]) -> ProvidedService? {
        services.withLock { services in
            for service in provided { if let taken = services[service.name] { return taken } }
            for service in provided { services[service.name] = service }
            return nil
        }
    }

    /// Takes away what a plugin provides.
    func remove(of plugin: PluginInstance) {
        services.withLock { services in services = services.filter { $0.value.plugin !== plugin } }
    }
}
