import CHearth
import HearthThreads
import Synchronization

/// The timers of all plugins. They are few, and looked through only when one of them is due.
final class TimerTable: Sendable {
    private struct Entry {
        let timer: PluginTimer
        /// When it fires next; nil while it fires.
        var due: Deadline?
    }

    private struct State {
        var entries: [hearth_timer: Entry] = [:]
        var last: hearth_timer = 0
        /// No timer is due before.
        var earliest = Deadline(uptimeNanoseconds: .max)
    }

    /// How many timers a plugin may have.
    static let limit = 1000

    private let clock: any HostClock
    private let state = Mutex(State())

    /// - Parameter clock: by which they fire
    init(_ clock: any HostClock) { self.clock = clock }

    /// Starts a timer.
    ///
    /// - Returns: its number; nil when the plugin has too many
    func start(_ timer: PluginTimer, in delay: Duration) -> hearth_timer? {
        let due = clock.uptime + delay
        return state.withLock { state in
            guard state.entries.values.count(where: { $0.timer.plugin === timer.plugin }) < Self.limit else { return nil }
            state.last += 1
            state.entries[state.last] = Entry(timer: timer, due: due)
            state.earliest = min(state.earliest, due)
            return state.last
        }
    }

    /// Ends a timer.
    ///
    /// - Returns: false when the plugin has none of this number any more
    func cancel(_ number: hearth_timer, of plugin: PluginInstance) -> Bool {
        let timer = state.withLock { state -> PluginTimer? in
            guard let timer = state.entries[number]?.timer, timer.plugin === plugin else { return nil }
            state.entries[number] = nil
            return timer
        }
        return timer?.cancel() ?? false
    }

    /// Ends all timers of a plugin.
    func cancelAll(of plugin: PluginInstance) {
        let timers = state.withLock { state in
            let own = state.entries.filter { $0.value.timer.plugin === plugin }
            for number in own.keys { state.entries[number] = nil }
            return own.values.map(\.timer)
        }
        for timer in timers { _ = timer.cancel() }
    }

    /// Fires the timers that are due.
    func fireDue() {
        let now = clock.uptime
        let due = state.withLock { state -> [(number: hearth_timer, timer: PluginTimer, moment: Deadline)] in
            guard state.earliest <= now else { return [] }
            var due: [(number: hearth_timer, timer: PluginTimer, moment: Deadline)] = []
            for (number, entry) in state.entries {
                guard let moment = entry.due, moment <= now else { continue }
                due.append((number, entry.timer, moment))
                state.entries[number]?.due = nil
            }
            state.earliest = state.entries.values.compactMap(\.due).min() ?? Deadline(uptimeNanoseconds: .max)
            // Those that are due at once fire in the order of their moments.
            return due.sorted { ($0.moment, $0.number) < ($1.moment, $1.number) }
        }
        for (number, timer, moment) in due {
            timer.fireSoon { self.finished(number, timer, firedAt: moment, goesOn: $0) }
        }
    }

    private func finished(_ number: hearth_timer, _ timer: PluginTimer, firedAt moment: Deadline, goesOn: Bool) {
        let now = clock.uptime
        state.withLock { state in
            guard goesOn, let interval = timer.interval else { return state.entries[number] = nil }
            let due = Self.next(after: moment, every: interval, now)
            state.entries[number]?.due = due
            state.earliest = min(state.earliest, due)
        }
    }

    /// The first multiple of the interval that is still to come.
    private static func next(after moment: Deadline, every interval: Duration, _ now: Deadline) -> Deadline {
        let length = UInt64(interval / .nanoseconds(1))
        let passed = now.uptimeNanoseconds > moment.uptimeNanoseconds ? now.uptimeNanoseconds - moment.uptimeNanoseconds : 0
        return Deadline(uptimeNanoseconds: moment.uptimeNanoseconds + (passed / length + 1) * length)
    }
}
