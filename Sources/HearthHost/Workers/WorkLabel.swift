import NIOPosix
import Synchronization

/// On whose account a thread works: a plugin, or the host. Small enough for an atomic.
struct WorkLabel: Sendable, Equatable {
    let number: Int

    /// The host itself.
    static let host = WorkLabel(number: 0)

    /// Names by number; the host has none.
    private static let names = Mutex<[String]>([])

    /// The label of a plugin; equal for all its instances.
    static func plugin(_ id: String) -> WorkLabel {
        names.withLock { names in
            if let known = names.firstIndex(of: id) { return WorkLabel(number: known + 1) }
            names.append(id)
            return WorkLabel(number: names.count)
        }
    }

    /// The plugin's id; nil for the host.
    var plugin: String? { number == 0 ? nil : Self.names.withLock { $0[number - 1] } }

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
