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
    private let outbox = Mutex<[@Sendable () -> Void]>([])

    /// How many answers a thread keeps back at most.
    private static let outboxLimit = 8

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

    // MARK: Answers

    /// Hands an answer to the transport. A busy worker keeps a few back and hands them over together, since each hand-over
    /// wakes an event loop; elsewhere than on a worker it happens at once.
    static func deliver(_ answer: @escaping @Sendable () -> Void) {
        guard let worker = current.currentValue else { return answer() }
        let isFull = worker.outbox.withLock { outbox in
            outbox.append(answer)
            return outbox.count >= outboxLimit
        }
        if isFull { worker.deliverAll() }
    }

    /// Hands over what was kept back; when the thread has nothing else to do, and by the watchdog when it is stuck.
    func deliverAll() {
        let answers = outbox.withLock { outbox in
            defer { outbox.removeAll(keepingCapacity: true) }
            return outbox
        }
        for answer in answers { answer() }
    }
}
