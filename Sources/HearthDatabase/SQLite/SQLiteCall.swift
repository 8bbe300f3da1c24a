import HearthThreads
import Synchronization

/// A call on its way: waiting in a queue, or running on a lane.
///
/// `@unchecked Sendable`: the links belong to the queue and are guarded by its lock; all else is constant or atomic.
final class SQLiteCall: Cancellation, @unchecked Sendable {
    enum Work {
        /// In a transaction a refused statement reaches the lane too: like any failed one it makes it rollback-only.
        case statements(Result<[CheckedCall], DatabaseError>, ResultsCompletion)
        case begin(TransactionOptions, BeginCompletion)
    }
    /// A statement with what it is run with.
    struct CheckedCall {
        let statement: CheckedStatement
        let values: Statement
    }

    let work: Work
    let deadline: Deadline?
    private let cancelled = Atomic<Bool>(false)

    // Guarded by the lock of the queue.
    var next: SQLiteCall?
    /// Not retained: it is in the queue as long as this one is behind it.
    unowned(unsafe) var previous: SQLiteCall?
    var isQueued = false
    /// Until when it may wait in the queue.
    var waitingLimit = Deadline(uptimeNanoseconds: .max)
    /// The queue that it was put into last; constant once the call has been handed out.
    private let queue = Mutex<SQLiteQueue?>(nil)

    init(_ work: Work, deadline: Deadline?) {
        self.work = work
        self.deadline = deadline
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    func wait(in queue: SQLiteQueue) { self.queue.withLock { $0 = queue } }

    func cancel() {
        cancelled.store(true, ordering: .relaxed)
        if let queue = queue.withLock({ $0 }), queue.remove(self) {
            fail(DatabaseError(.cancelled, "the call was cancelled"))
        }
    }

    func fail(_ error: DatabaseError) {
        switch work {
        case .statements(_, let completion): completion(.failure(error))
        case .begin(_, let completion): completion(.failure(error))
        }
    }

    /// Why it need not be run any more.
    var refusal: DatabaseError? {
        if isCancelled { return DatabaseError(.cancelled, "the call was cancelled") }
        if deadline?.hasPassed == true { return DatabaseError(.timeout, "the deadline passed before the call was run") }
        return nil
    }
}
