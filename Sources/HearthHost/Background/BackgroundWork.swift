import CHearth
import HearthThreads

/// Work that a plugin does by itself, on behalf of nobody: what completes its context.
final class BackgroundWork: Sendable {
    /// On whose account it is done.
    let label: WorkLabel
    private let ended: @Sendable () -> Void

    private init(label: WorkLabel, ended: @escaping @Sendable () -> Void) {
        self.label = label
        self.ended = ended
    }

    /// Opens a context for it.
    ///
    /// - Parameters:
    ///   - name: what it is, for the log
    ///   - label: on whose account
    ///   - plugin: whose it is
    ///   - limit: when it is cancelled; nil for never
    ///   - ended: called once, when the plugin has let go of it
    static func open(
        _ name: String, _ label: WorkLabel, of plugin: PluginInstance, limit: Duration?,
        ended: @escaping @Sendable () -> Void = {}
    ) -> CallContext {
        let context = CallContext(
            plugin: plugin, purpose: .background(BackgroundWork(label: label, ended: ended)), requestID: "\(plugin.id)/\(name)",
            actor: nil, deadline: limit.map { .after($0) } ?? Deadline(uptimeNanoseconds: .max))
        plugin.services.contexts.open(context)
        // Whoever drains the plugin has looked at the open contexts before this one was there, or finds it.
        if plugin.admitsWork == Status.cancelled { context.cancel() }
        return context
    }

    /// The plugin lets go of the context.
    ///
    /// - Returns: `HEARTH_OK`; `HEARTH_STALE` when it has before; `HEARTH_BUSY` when something of it was still open, which is undone
    func end(_ context: CallContext) -> hearth_status {
        let services = context.plugin.services
        let wasInUse = context.isInUse
        guard services.contexts.close(context) else { return Status.stale }
        services.finished(context)
        context.whenIdle(ended)
        return wasInUse ? Status.busy : Status.ok
    }
}
