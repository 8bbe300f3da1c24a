import CHearth
import HearthDatabase
import HearthThreads
import Logging
import Synchronization

/// A plugin with its instance: takes it through its life, in matched pairs.
final class RunningPlugin: @unchecked Sendable {
    // `@unchecked Sendable`: the pointer is the plugin's own; it is handed back to it and never looked at.
    let instance: PluginInstance
    private let descriptor: hearth_plugin
    private let pointer: UnsafeMutableRawPointer?
    private let thread: LifecycleThread
    /// What it has registered.
    let registration: PluginRegistration
    private let progress = Mutex(Progress.initialised)

    /// How far it has come in its life.
    private enum Progress {
        case initialised
        case started
        /// A step of it has not returned: nothing else may be asked of it.
        case stuck
    }

    /// How long init and start may take.
    private static let limit = Duration.seconds(10)

    private struct Opaque: @unchecked Sendable {
        // `@unchecked Sendable`: carried from one thread to another, one after the other.
        var value: UnsafeMutableRawPointer?
    }

    private struct Foreign<T>: @unchecked Sendable {
        // `@unchecked Sendable`: constant data of the library.
        let value: T
    }

    /// Runs init.
    ///
    /// - Throws: ``PluginFailure``; nothing of the plugin remains then
    static func initialise(
        _ instance: PluginInstance, _ plugin: hearth_plugin, on thread: LifecycleThread
    ) async throws(PluginFailure)
        -> RunningPlugin
    {
        let descriptor = Foreign(value: plugin)
        instance.openRegistration()
        let host = Foreign(value: UnsafePointer(instance.host))
        let result = await thread.run(limit: limit) { () -> (hearth_status, Opaque) in
            var pointer: UnsafeMutableRawPointer?
            let status = descriptor.value.`init`?(host.value, &pointer) ?? Status.failed
            return (status, Opaque(value: pointer))
        }
        let registration = instance.closeRegistration()
        guard let (status, pointer) = result else {
            // It still runs and uses its host: that is never freed.
            _ = Unmanaged.passRetained(instance)
            throw PluginFailure(plugin: instance.id, "init took longer than 10 s")
        }
        let running = RunningPlugin(
            instance: instance, descriptor: descriptor.value, pointer: pointer.value, thread: thread, registration: registration)
        guard status == Status.ok else {
            let reasons = [instance.error].compactMap { $0 } + registration.refusals
            throw PluginFailure(
                plugin: instance.id,
                "init failed: \(reasons.isEmpty ? "status \(status), without a message" : reasons.joined(separator: "; "))")
        }
        guard registration.refusals.isEmpty else {
            // The plugin has passed over a refusal; half of a plugin is worse than none.
            await running.stop()
            throw PluginFailure(plugin: instance.id, registration.refusals.joined(separator: "; "))
        }
        return running
    }

    private init(
        instance: PluginInstance, descriptor: hearth_plugin, pointer: UnsafeMutableRawPointer?, thread: LifecycleThread,
        registration: PluginRegistration
    ) {
        self.instance = instance
        self.descriptor = descriptor
        self.pointer = pointer
        self.thread = thread
        self.registration = registration
    }

    /// Makes another instance of the same plugin, which takes part in nothing: its registration is dropped.
    ///
    /// - Throws: ``PluginFailure`` as ``initialise(_:_:on:)``
    func another() async throws(PluginFailure) -> RunningPlugin {
        try await Self.initialise(PluginInstance(instance.plan, services: instance.services), descriptor, on: thread)
    }

    /// Runs start.
    ///
    /// - Throws: ``PluginFailure``; the plugin is to be stopped then
    func start() async throws(PluginFailure) {
        instance.setMayWork(.yes)
        guard descriptor.start != nil else { return progress.withLock { $0 = .started } }
        let context = CallContext(
            plugin: instance, purpose: .lifecycle, requestID: "start-\(instance.id)", actor: nil, deadline: .after(Self.limit))
        instance.services.contexts.open(context)
        let status = await thread.run(limit: Self.limit) { self.descriptor.start?(self.pointer, context.handle) ?? Status.failed }
        instance.services.contexts.close(context)
        instance.services.finished(context)
        guard status != Status.ok else { return progress.withLock { $0 = .started } }
        if status == nil { progress.withLock { $0 = .stuck } }
        throw PluginFailure(
            plugin: instance.id,
            status == nil ? "start took longer than 10 s" : "start failed: \(instance.error ?? "without a message")")
    }

    /// Ends its timers and cancels its own work, then runs drain, if the plugin has started.
    func drain() async {
        instance.setMayWork(.noMore)
        instance.services.timers.cancelAll(of: instance)
        for context in instance.services.contexts.open where context.plugin === instance {
            if case .background = context.purpose { context.cancel() }
        }
        guard let drain = descriptor.drain, progress.withLock({ $0 }) == .started else { return }
        await end("drain") { drain(self.pointer) }
    }

    /// Runs stop, unless the plugin is still busy: with a step of its life, or with something that it has not let go of.
    func stop() async {
        let isInUse = instance.services.contexts.open.contains { $0.plugin === instance }
        guard let stop = descriptor.stop, progress.withLock({ $0 }) != .stuck, !isInUse else {
            // What is still running uses its host: that is never freed.
            _ = Unmanaged.passRetained(instance)
            return
        }
        await end("stop") { stop(self.pointer) }
    }

    private func end(_ function: StaticString, _ body: @escaping @Sendable () -> Void) async {
        let hasReturned = await thread.run(limit: Self.limit) { () -> Bool in
            body()
            return true
        }
        guard hasReturned == nil else { return }
        progress.withLock { $0 = .stuck }
        instance.logger.error("A plugin did not end in time", metadata: ["function": "\(function)", "limit": "10 s"])
    }
}
