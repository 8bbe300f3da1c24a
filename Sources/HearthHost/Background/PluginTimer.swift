import CHearth
import HearthThreads
import Logging
import Synchronization

/// A timer of a plugin.
///
/// `@unchecked Sendable`: the pointer is the plugin's, which says that it may be used on any thread until it is released.
final class PluginTimer: @unchecked Sendable {
    let plugin: PluginInstance
    let name: String
    let interval: Duration?
    private let limit: Duration?
    private let label: WorkLabel
    private let fire: hearth_timer_fire
    private let released: hearth_timer_released?
    private let user: UnsafeMutableRawPointer?
    private let phase = Mutex(Phase.waiting)

    /// Where it stands.
    private enum Phase {
        case waiting
        /// A worker is about to call it.
        case due
        /// From the call of the plugin until its context is over.
        case firing
        /// As firing, and for the last time.
        case firingLast
        case over
    }

    /// - Returns: nil when the options make no sense
    init?(_ options: hearth_timer_options, of plugin: PluginInstance) {
        let limits: ClosedRange<UInt64> = 0...UInt64(Int64.max / 1000)
        guard let name = options.name.text, !name.isEmpty, let fire = options.fire, limits.contains(options.delay),
            options.interval == 0 || options.interval >= 1000, limits.contains(options.interval),
            limits.contains(options.time_limit)
        else { return nil }
        self.plugin = plugin
        self.name = name
        interval = options.interval == 0 ? nil : .microseconds(Int64(options.interval))
        limit = options.time_limit == 0 ? nil : .microseconds(Int64(options.time_limit))
        label = plugin.label.doing("timer \(name)")
        self.fire = fire
        released = options.released
        user = options.user
    }

    /// It is time: a worker calls the plugin.
    ///
    /// - Parameter done: called when the firing is over, with whether the timer goes on
    func fireSoon(done: @escaping @Sendable (_ goesOn: Bool) -> Void) {
        guard move(from: .waiting, to: .due) else { return }
        plugin.services.workers.enqueue(label) { self.call(done) }
    }

    private func call(_ done: @escaping @Sendable (_ goesOn: Bool) -> Void) {
        guard move(from: .due, to: .firing) else { return }
        let context = BackgroundWork.open(name, label, of: plugin, limit: limit) { self.finished(done) }
        let outcome = fire(user, context.handle)
        // Pending: the plugin ends the context itself, if it has not yet.
        guard outcome != 2, case .background(let work) = context.purpose else { return }
        if outcome != 1 { plugin.logger.error("A timer failed", metadata: ["timer": "\(name)"]) }
        _ = work.end(context)
    }

    private func finished(_ done: @Sendable (_ goesOn: Bool) -> Void) {
        let goesOn = phase.withLock { phase in
            phase = interval != nil && phase == .firing ? .waiting : .over
            return phase == .waiting
        }
        done(goesOn)
        if !goesOn { release() }
    }

    /// Ends it.
    ///
    /// - Returns: false when it was cancelled before, or has fired for the last time
    func cancel() -> Bool {
        let (wasAlive, isIdle) = phase.withLock { phase -> (Bool, Bool) in
            switch phase {
            case .waiting, .due:
                phase = .over
                return (true, true)
            case .firing:
                phase = .firingLast
                return (interval != nil, false)
            case .firingLast, .over: return (false, false)
            }
        }
        if isIdle { release() }
        return wasAlive
    }

    private func release() { released?(user) }

    private func move(from expected: Phase, to new: Phase) -> Bool {
        phase.withLock { phase in
            guard phase == expected else { return false }
            phase = new
            return true
        }
    }
}
