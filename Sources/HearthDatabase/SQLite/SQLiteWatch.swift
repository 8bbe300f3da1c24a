import HearthThreads
import Synchronization

/// A thread that fails the calls which have waited too long for a lane. It sleeps while nothing waits.
///
/// `@unchecked Sendable`: the state is guarded by the monitor or atomic.
final class SQLiteWatch: @unchecked Sendable {
    private static let interval = Duration.milliseconds(20)
    /// After how many looks at empty queues it sleeps: waking it costs a call of the system.
    private static let patience = 50

    private let monitor = Monitor()
    private let queues: [SQLiteQueue]
    private let isAwake = Atomic<Bool>(false)
    private var isClosed = false

    init(queues: [SQLiteQueue]) { self.queues = queues }

    /// Something waits now.
    func wake() {
        guard !isAwake.load(ordering: .sequentiallyConsistent) else { return }
        monitor.withLock {
            isAwake.store(true, ordering: .sequentiallyConsistent)
            monitor.signal()
        }
    }

    func close() {
        monitor.withLock {
            isClosed = true
            monitor.signal()
        }
    }

    /// Works until it is closed.
    func work() {
        var looks = 0
        while waitForNextLook() {
            for call in queues.flatMap({ $0.removeExpired() }) {
                call.fail(
                    call.refusal ?? DatabaseError(.unavailable, "no connection to the database came free in time"))
            }
            looks = queues.allSatisfy(\.isEmpty) ? looks + 1 : 0
            if looks > Self.patience {
                looks = 0
                isAwake.store(false, ordering: .sequentiallyConsistent)
                // Whoever came between the look and the store saw it awake.
                if !queues.allSatisfy(\.isEmpty) { wake() }
            }
        }
    }

    private func waitForNextLook() -> Bool {
        monitor.withLock {
            while !isClosed, !isAwake.load(ordering: .sequentiallyConsistent) { monitor.wait() }
            if !isClosed { monitor.wait(until: .after(Self.interval)) }
            return !isClosed
        }
    }
}
