import CHearth
import HearthConfiguration
import HearthDatabase
import HearthJSON
import Logging
import NIOConcurrencyHelpers

/// A plugin that is loaded: its library, its settings, what it was granted, what it has registered.
///
/// `@unchecked Sendable`: what is not constant is behind the lock; the foreign pointers are written before the plugin runs.
final class PluginInstance: @unchecked Sendable {
    let id: String
    /// What it was made from.
    let plan: PluginPlan.Plugin
    let label: WorkLabel
    let logger: Logger
    let services: HostServices
    let settings: PluginSettings
    /// The settings as JSON, at a stable address.
    let settingsText: ForeignText
    /// Texts of single settings, at stable addresses.
    let settingTexts: [String: ForeignText]
    private let interfaces: Set<String>
    /// What the plugin sees of the host.
    let host: UnsafeMutablePointer<hearth_host>

    private struct State {
        var registration = PluginRegistration()
        var isRegistering = false
        var mayWork = OwnWork.notYet
        var error: String?
        var dataFolder: ForeignText?
        /// How many calls were refused, so that a plugin that does it all the time does not fill the log.
        var refusedCalls = 0
    }

    /// Whether the plugin may begin work of its own: timers and background contexts.
    enum OwnWork: Sendable {
        /// It has not started.
        case notYet
        case yes
        /// It is being drained.
        case noMore
    }

    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - plan: the manifest with what the operator decided
    ///   - services: what the host offers to all plugins
    init(_ plan: PluginPlan.Plugin, services: HostServices) {
        id = plan.id
        self.plan = plan
        label = .plugin(plan.id)
        settings = plan.settings
        settingsText = ForeignText(plan.settings.json)
        settingTexts = Dictionary(
            plan.settings.settings.compactMap { setting in
                if case .text(let text) = setting.value { (setting.key, ForeignText(text)) } else { nil }
            }, uniquingKeysWith: { first, _ in first })
        interfaces = plan.interfaces
        self.services = services
        var logger = services.logger
        logger[metadataKey: "plugin"] = "\(plan.id)"
        self.logger = logger
        host = .allocate(capacity: 1)
        host.initialize(
            to: hearth_host(
                size: UInt32(MemoryLayout<hearth_host>.size), abi: HEARTH_ABI, self: nil,
                get_interface: { host, id in
                    guard let plugin = PluginInstance.from(host), let name = id.text else { return nil }
                    return plugin.interface(name)
                },
                set_error: { host, message in
                    guard let plugin = PluginInstance.from(host) else { return }
                    plugin.state.withLockedValue { $0.error = message.text ?? "(a message that is not UTF-8)" }
                }))
        host.pointee.`self` = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit { host.deallocate() }

    /// The instance behind the pointer that a plugin passes to every call.
    static func from(_ host: UnsafePointer<hearth_host>?) -> PluginInstance? {
        guard let pointer = host?.pointee.`self` else { return nil }
        return Unmanaged<PluginInstance>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func interface(_ id: String) -> UnsafeRawPointer? {
        guard interfaces.contains(id) else { return nil }
        return InterfaceTables.table(id)
    }

    /// What it says about itself.
    var manifest: PluginManifest { plan.manifest }

    /// The scope of its statements.
    var scope: TableScope { .plugin(id) }

    // MARK: PluginRegistration

    /// Opens the registration, for the time of `init`.
    func openRegistration() { state.withLockedValue { $0.isRegistering = true } }

    /// Closes the registration and takes what was registered.
    func closeRegistration() -> PluginRegistration {
        state.withLockedValue { state in
            state.isRegistering = false
            defer { state.registration = PluginRegistration() }
            return state.registration
        }
    }

    /// Adds to the registration.
    ///
    /// - Returns: what the closure returns, or `HEARTH_DENIED` outside of `init`
    func register(_ body: (inout PluginRegistration) -> hearth_status) -> hearth_status {
        let status = state.withLockedValue { state -> hearth_status? in
            guard state.isRegistering else { return nil }
            return body(&state.registration)
        }
        // What is refused during init stops the start and is told there.
        return status ?? checked("registration after init", Status.denied)
    }

    /// States whether it may begin work of its own.
    func setMayWork(_ mayWork: OwnWork) { state.withLockedValue { $0.mayWork = mayWork } }

    /// Whether it may begin work of its own: `HEARTH_OK`, `HEARTH_DENIED` before its start, `HEARTH_CANCELLED` once it is drained.
    var admitsWork: hearth_status {
        switch state.withLockedValue({ $0.mayWork }) {
        case .notYet: Status.denied
        case .yes: Status.ok
        case .noMore: Status.cancelled
        }
    }

    /// What `set_error` said last.
    var error: String? { state.withLockedValue { $0.error } }

    /// Notes why a registration was refused, for the operator.
    func refuse(_ reason: String) {
        state.withLockedValue { $0.registration.refusals.append(reason) }
    }

    // MARK: What the tables need

    /// The open context of this plugin that a handle names; nil for one that is over or another plugin's.
    func context(_ handle: hearth_context) -> CallContext? {
        services.contexts[handle].flatMap { $0.plugin === self ? $0 : nil }
    }

    /// Carries out a call on a context, and reports one that no correct plugin makes.
    static func with(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ call: StaticString,
        _ body: (PluginInstance, CallContext) -> hearth_status
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let context = plugin.context(handle) else { return plugin.reportStale(call) }
        return plugin.checked(call, body(plugin, context))
    }

    /// Reports a call on a context that is over: a mistake of the plugin that harmed nothing.
    func reportStale(_ call: StaticString) -> hearth_status {
        report("A call on a context that is over was ignored: completed late or twice", call)
        return Status.stale
    }

    /// Passes the status of a call on, and reports a call that no correct plugin makes.
    func checked(_ call: StaticString, _ status: hearth_status) -> hearth_status {
        switch status {
        case Status.invalid: report("A call was refused: an argument is not valid", call)
        case Status.denied: report("A call was refused: it is not allowed here", call)
        case Status.busy: report("A call was refused: another call or a transaction is open on its context", call)
        case Status.timeout: report("A call came after the deadline of its context", call)
        default: break
        }
        return status
    }

    private func report(_ message: Logger.Message, _ call: StaticString) {
        let count = state.withLockedValue { state in
            state.refusedCalls += 1
            return state.refusedCalls
        }
        guard count <= 10 || count % 1000 == 0 else { return }
        logger.warning(message, metadata: ["call": "\(call)", "count": "\(count)"])
    }

    /// The folder for the plugin's own files, made when first asked for.
    func dataFolder() -> hearth_string {
        state.withLockedValue { state in
            if let known = state.dataFolder { return known.string }
            let path = services.dataFolder + "/plugins/" + id
            guard FileSystem.makeFolder(path) else {
                logger.error("The data folder of the plugin cannot be made", metadata: ["path": "\(path)"])
                return hearth_string()
            }
            let text = ForeignText(FileSystem.absolute(path))
            state.dataFolder = text
            return text.string
        }
    }
}
