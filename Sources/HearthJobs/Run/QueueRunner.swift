import HearthDatabase
import HearthThreads
import Synchronization

/// Works a queue off on this host: claims as many jobs as it has slots, and runs each in a task.
final class QueueRunner: Sendable {
    let name: String
    let rules: QueueRules
    private let handlers: [String: HandledKind]
    private unowned let runner: JobRunner

    private struct State {
        var runs: [DatabaseUUID: JobRun] = [:]
        /// There may be jobs that were not asked for yet.
        var hasNews = true
        var isClosing = false
        /// Nothing is to be had before this moment.
        var retryAt: Int64?
        var tenant = ""
    }
    private let state = Mutex(State())
    private let waker = Waker()

    init(_ name: String, rules: QueueRules, handlers: [String: HandledKind], runner: JobRunner) {
        self.name = name
        self.rules = rules
        self.handlers = handlers
        self.runner = runner
    }

    /// There may be something to do.
    func ring() {
        state.withLock { $0.hasNews = true }
        waker.wake()
    }

    /// Whether it would have to be asked what there is.
    func isIdle(at now: Int64) -> Bool {
        state.withLock { !$0.hasNews && !$0.isClosing && $0.runs.count < rules.slots && ($0.retryAt ?? 0) <= now }
    }

    /// When a limit lets more begin.
    var retryAt: Int64? { state.withLock { $0.retryAt } }

    var runs: [JobRun] { state.withLock { Array($0.runs.values) } }

    /// Begins no more runs.
    func close() {
        state.withLock { $0.isClosing = true }
        waker.wake()
    }

    func loop() async {
        while true {
            let (free, tenant) = state.withLock { state -> (Int?, String) in
                guard !state.isClosing else { return (nil, "") }
                let free = state.hasNews ? rules.slots - state.runs.count : 0
                if free > 0 { state.hasNews = false }
                return (free, state.tenant)
            }
            guard let free else { return }
            if free > 0, let worker = runner.worker {
                await claim(free, worker, after: tenant)
            } else {
                if free > 0 { state.withLock { $0.hasNews = true } }
                await waker.sleep()
            }
        }
    }

    private func claim(_ free: Int, _ worker: DatabaseUUID, after tenant: String) async {
        do {
            let claim = try await runner.store.claim(from: name, rules: rules, limit: free, worker: worker, after: tenant)
            state.withLock { state in
                state.tenant = claim.tenant
                state.retryAt = claim.retryAt
                if claim.jobs.count == free { state.hasNews = true }
            }
            // Claimed with a lease that is gone meanwhile: others take them over.
            guard runner.worker == worker else { return }
            for job in claim.jobs { begin(job) }
        } catch {
            runner.observe(.trouble("Jobs cannot be claimed: \(error)"))
            // The next look finds them.
            state.withLock { $0.retryAt = runner.now() + 500_000 }
        }
    }

    private func begin(_ job: ClaimedJob) {
        let kind = handlers[job.kind]
        let run = JobRun(job, timeout: kind?.kind.timeout ?? .seconds(60), store: runner.store)
        state.withLock { $0.runs[job.id] = run }
        runner.observe(.started(kind: job.kind, queue: name, waited: .microseconds(max(0, runner.now() - job.runAt))))
        run.begin(
            Task {
                // A newer host may know what to do with it.
                end(run, await kind?.handle(run) ?? .snoozed(.seconds(60)))
            })
    }

    private func end(_ run: JobRun, _ outcome: JobOutcome) {
        let isWoken = state.withLock { state in
            if state.runs[run.job.id] === run { state.runs[run.job.id] = nil }
            return state.hasNews && !rules.isLimited
        }
        switch run.reason {
        case .timedOut? where outcome != .completed: record(run, .failed(Self.tooLong(run)))
        case .lost?: break
        case .cancelled?: record(run, outcome, isCancelled: true)
        default: record(run, outcome)
        }
        if isWoken { waker.wake() }
    }

    private static func tooLong(_ run: JobRun) -> JobFailure { JobFailure("it took longer than \(run.timeout)") }

    private func record(_ run: JobRun, _ outcome: JobOutcome?, isCancelled: Bool = false) {
        guard run.claimEnd() else { return }
        runner.finisher.add(
            JobFinisher.Entry(
                run: FinishedRun(run.job, outcome, kind: handlers[run.job.kind]?.kind, isCancelled: isCancelled),
                took: run.took, isLimited: rules.isLimited))
    }

    /// Ends what takes too long. A handler that does not listen keeps its slot, but not its job.
    func checkTimes(grace: Duration) {
        for run in runs where run.deadline.hasPassed {
            run.end(.timedOut)
            guard (run.deadline + grace).hasPassed, run.reportStuck() else { continue }
            runner.observe(.stuck(kind: run.job.kind, id: run.job.id.description))
            record(run, .failed(Self.tooLong(run)))
        }
    }

    /// Gives back what is still running.
    func abandon() {
        for run in runs {
            let isCancelled = run.reason == .cancelled
            run.end(.lost)
            record(run, nil, isCancelled: isCancelled)
        }
    }
}
