import HearthThreads
import NIOPosix
import Synchronization

/// A thread of the pool as its watchdog sees it: what it runs and since when.
final class Worker: Sendable {
    /// The worker that the calling thread is; nil elsewhere.
    static let current = ThreadSpecificVariable<Worker>()

    /// When the current piece of work began, on the monotonic clock; 0 while there is none.
    private let began = Atomic<UInt64>(0)
    private let label = Atomic<Int>(0)
    private let replaced = Atomic<Bool>(false)

    /// Whether another thread stands in for this one.
    var isReplaced: Bool {
        get { replaced.load(ordering: .relaxed) }
        set { replaced.store(newValue, ordering: .relaxed) }
    }

    /// On whose account the thread works.
    var currentLabel: WorkLabel {
        get { WorkLabel(number: label.load(ordering: .relaxed)) }
        set { label.store(newValue.number, ordering: .relaxed) }
    }

    func begin(_ label: WorkLabel) {
        self.label.store(label.number, ordering: .relaxed)
        began.store(Deadline.now.uptimeNanoseconds, ordering: .releasing)
    }

    /// - Returns: whether the thread has been replaced meanwhile
    func end() -> Bool {
        began.store(0, ordering: .releasing)
        return isReplaced
    }

    /// On whose account the thread has been working for longer than `patience`; nil when it has not.
    func stuck(since now: UInt64, patience: Duration) -> WorkLabel? {
        let began = began.load(ordering: .acquiring)
        guard began != 0, now > began, now - began > UInt64(patience / .nanoseconds(1)) else { return nil }
        return currentLabel
    }
}
