import NIOPosix
import Synchronization

/// On whose account a thread works, a plugin or the host, and for what. Small enough for an atomic.
struct WorkLabel: Sendable, Equatable {
    /// The place of the plugin among the names, counted from 1, and above these bits that of the activity; 0 for none.
    let number: Int
    private static let activityShift = 32

    /// The host itself.
    static let host = WorkLabel(number: 0)

    /// All ids of plugins and all activities that there have been: as many as were registered.
    private static let names = Mutex<[String]>([])

    private static func place(of name: String) -> Int {
        names.withLock { names in
            if let known = names.firstIndex(of: name) { return known + 1 }
            names.append(name)
            return names.count
        }
    }

    private static func name(at place: Int) -> String? {
        place == 0 ? nil : names.withLock { $0[place - 1] }
    }

    /// The label of a plugin; equal for all its instances.
    static func plugin(_ id: String) -> WorkLabel { WorkLabel(number: place(of: id)) }

    /// The label of one thing that the plugin does.
    ///
    /// - Parameter activity: such as `GET /api/habits`; one of a bounded number, since each is kept for good
    func doing(_ activity: String) -> WorkLabel {
        WorkLabel(number: pluginPlace | Self.place(of: activity) << Self.activityShift)
    }

    private var pluginPlace: Int { number & (1 << Self.activityShift - 1) }

    /// The plugin's id; nil for the host.
    var plugin: String? { Self.name(at: pluginPlace) }

    /// What it does; nil when that is not known.
    var activity: String? { Self.name(at: number >> Self.activityShift) }

    /// What the calling thread does, if it does it for the same plugin; else this label.
    var current: WorkLabel {
        let current = WorkLabel.current
        return current.pluginPlace == pluginPlace ? current : self
    }

    /// The label of the work that the calling thread does.
    static var current: WorkLabel {
        Worker.current.currentValue?.currentLabel ?? .host
    }

    /// Runs a function of a plugin on its account.
    static func with<R>(_ label: WorkLabel, _ body: () throws -> R) rethrows -> R {
        guard let worker = Worker.current.currentValue else { return try body() }
        let before = worker.currentLabel
        worker.currentLabel = label
        defer { worker.currentLabel = before }
        return try body()
    }
}
