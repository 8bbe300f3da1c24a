public import HearthThreads
import Synchronization

/// A job in the hands of its handler.
public final class JobRun: Sendable {
    /// The job.
    public let job: ClaimedJob
    /// When the run is to be over: reckoned by time that passes, so that a clock that is set ends no run.
    public let deadline: Deadline
    /// How long a run may take.
    public let timeout: Duration
    private let store: JobStore
    private let began: ContinuousClock.Instant

    enum End: Sendable {
        /// An operator gave it up.
        case cancelled
        /// It takes too long.
        case timedOut
        /// It is somebody else's now.
        case lost
    }

    private struct State {
        var task: Task<Void, Never>?
        var end: End?
        /// Its outcome was written down already.
        var isOver = false
        var isReportedStuck = false
    }
    private let state = Mutex(State())

    init(_ job: ClaimedJob, timeout: Duration, store: JobStore) {
        self.job = job
        self.timeout = timeout
        self.store = store
        began = .now
        deadline = .after(timeout)
    }

    /// How long it has taken so far.
    var took: Duration { .now - began }

    /// Notes how far it has come: 0 to 1. Trouble with the database is passed over: it is only for people who look.
    public func report(progress: Double) async { _ = try? await store.setProgress(progress, of: job) }

    /// Writes a line to the job's log. Trouble with the database is passed over.
    public func log(_ line: String) async { try? await store.log(line, of: job) }

    func begin(_ task: Task<Void, Never>) {
        let isEnded = state.withLock { state in
            state.task = task
            return state.end != nil
        }
        if isEnded { task.cancel() }
    }

    /// Asks the handler to end, by the cancellation of its task. The first reason counts.
    func end(_ reason: End) {
        let task = state.withLock { state in
            if state.end == nil { state.end = reason }
            return state.task
        }
        task?.cancel()
    }

    /// Why it was asked to end.
    var reason: End? { state.withLock { $0.end } }

    /// True for the first who writes its outcome down.
    func claimEnd() -> Bool {
        state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
    }

    /// True once.
    func reportStuck() -> Bool {
        state.withLock { state in
            defer { state.isReportedStuck = true }
            return !state.isReportedStuck
        }
    }
}
