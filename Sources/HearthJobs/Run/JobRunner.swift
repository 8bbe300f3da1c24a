import HearthDatabase
import HearthThreads
import Synchronization

/// Carries a job out. Its task is cancelled when the job is given up, takes too long, or is somebody else's.
public typealias JobHandler = @Sendable (JobRun) async -> JobOutcome

/// A kind of job, with what carries it out.
public struct HandledKind: Sendable {
    /// What it is.
    public let kind: JobKind
    /// Carries it out.
    public let handle: JobHandler

    /// - Parameters:
    ///   - kind: what it is
    ///   - handle: carries it out
    public init(_ kind: JobKind, _ handle: @escaping JobHandler) {
        self.kind = kind
        self.handle = handle
    }
}

/// Runs the jobs of queues on this host, and does its part of the work for all: makes delayed jobs available, takes over the
/// jobs of hosts that are gone, deletes old ones. Any number of hosts do so at the same time; none leads.
public final class JobRunner: Sendable {
    /// How it runs.
    public struct Configuration: Sendable {
        /// The name of the host, for operators.
        public var name: String
        /// How long its jobs stay its own without a sign of life; it gives one three times as often.
        public var lease: Duration
        /// How often it looks for what no bell told.
        public var poll: Duration
        /// How long after its time a run's job is taken from a handler that does not listen.
        public var grace: Duration

        /// - Parameters:
        ///   - name: of the host
        ///   - lease: how long its jobs stay its own without a sign of life
        ///   - poll: how often it looks for what no bell told
        ///   - grace: how long after its time a run's job is taken from its handler
        public init(
            name: String = "host", lease: Duration = .seconds(60), poll: Duration = .seconds(1), grace: Duration = .seconds(5)
        ) {
            self.name = name
            self.lease = lease
            self.poll = poll
            self.grace = grace
        }
    }

    /// Where the jobs are.
    public let store: JobStore
    let observe: @Sendable (JobEvent) -> Void
    let finisher: JobFinisher
    private let configuration: Configuration
    private let waker = Waker()

    private struct State {
        var queues: [String: QueueRunner] = [:]
        var loops: [String: Task<Void, Never>] = [:]
        var worker: DatabaseUUID?
        var renewedAt: Int64 = 0
        var prunedAt: Int64?
    }
    private let state = Mutex(State())
    private let ticks: @Sendable () async throws -> Int64?

    /// - Parameters:
    ///   - store: where the jobs are
    ///   - configuration: how it runs
    ///   - ticks: called at each look, for schedules; tells when it wants to be called next
    ///   - observe: is told what happens; must not block
    public init(
        store: JobStore, configuration: Configuration = Configuration(),
        ticks: @escaping @Sendable () async throws -> Int64? = { nil },
        observe: @escaping @Sendable (JobEvent) -> Void = { _ in }
    ) {
        self.store = store
        self.configuration = configuration
        self.ticks = ticks
        self.observe = observe
        finisher = JobFinisher(store: store, observe: observe)
        store.bell.listen { [weak self] queues in
            guard let self else { return }
            for queue in self.state.withLock({ state in queues.compactMap { state.queues[$0] } }) { queue.ring() }
        }
    }

    func now() -> Int64 { store.now() }

    /// By which its jobs are known as its own; nil before it has entered.
    var worker: DatabaseUUID? { state.withLock { $0.worker } }

    /// Begins to work a queue off.
    ///
    /// - Parameters:
    ///   - queue: its name
    ///   - rules: how
    ///   - handlers: what carries its jobs out, by their kinds; jobs of other kinds are left for a host that knows them
    public func open(_ queue: String, rules: QueueRules = QueueRules(), handlers: [HandledKind]) {
        let runner = QueueRunner(
            queue, rules: rules, handlers: Dictionary(handlers.map { ($0.kind.name, $0) }) { $1 }, runner: self)
        state.withLock { state in
            state.queues[queue] = runner
            state.loops[queue] = Task { await runner.loop() }
        }
    }

    /// Whether a queue is worked off here.
    public func works(_ queue: String) -> Bool { state.withLock { $0.queues[queue] != nil } }

    /// Ends the work on queues: claims no more, waits for what runs, and gives back what does not end.
    ///
    /// - Parameters:
    ///   - queues: which; nil for all
    ///   - limit: how long to wait
    public func close(_ queues: [String]? = nil, waiting limit: Duration) async {
        let closing = state.withLock { state in
            (queues ?? Array(state.queues.keys)).compactMap { name in
                state.queues[name].map { (queue: $0, loop: state.loops[name]) }
            }
        }
        for (queue, _) in closing { queue.close() }
        for (_, loop) in closing { await loop?.value }
        let end = Deadline.after(limit)
        while closing.contains(where: { !$0.queue.runs.isEmpty }), !end.hasPassed {
            try? await Task.sleep(for: .milliseconds(5))
        }
        for (queue, _) in closing { queue.abandon() }
        while !finisher.isIdle, !(end + .seconds(5)).hasPassed { try? await Task.sleep(for: .milliseconds(2)) }
        state.withLock { state in
            for (queue, _) in closing {
                state.queues[queue.name] = nil
                state.loops[queue.name] = nil
            }
        }
    }

    /// Looks after the queues until its task is cancelled; queues that are open then are closed at once.
    public func run() async {
        let writing = Task { await finisher.loop() }
        while !Task.isCancelled {
            let next = await look()
            let pause = next.map { min(configuration.poll, max(.milliseconds(5), .microseconds($0 - now()))) }
            await withTaskCancellationHandler {
                await waker.sleep(atMost: pause ?? configuration.poll)
            } onCancel: {
                waker.wake()
            }
        }
        await Task { [self] in
            await close(waiting: .zero)
            if let worker { try? await store.leave(worker: worker) }
            finisher.stop()
            await writing.value
        }.value
    }

    /// Does once what is to be done from time to time.
    ///
    /// - Returns: when there is something to do next, if that is known
    @discardableResult
    func look() async -> Int64? {
        let queues = state.withLock { Array($0.queues.values) }
        let moment = now()
        for queue in queues { queue.checkTimes(grace: configuration.grace) }
        var next: Int64?
        do {
            try await renewLease(at: moment)
            next = try await follow(queues, at: moment)
            try await pruneSometimes(at: moment)
        } catch {
            observe(.trouble("The jobs cannot be looked after: \(error)"))
        }
        do {
            if let tick = try await ticks() { next = min(next ?? tick, tick) }
        } catch {
            observe(.trouble("The schedules cannot be looked after: \(error)"))
        }
        return next
    }

    private func renewLease(at moment: Int64) async throws(DatabaseError) {
        let (worker, renewedAt) = state.withLock { ($0.worker, $0.renewedAt) }
        guard let worker else { return try await enter() }
        guard moment - renewedAt >= configuration.lease.microseconds / 3 else { return }
        guard try await store.renew(worker: worker, lease: configuration.lease) else { return try await loseLease() }
        state.withLock { $0.renewedAt = moment }
    }

    private func enter() async throws(DatabaseError) {
        let worker = store.ids.next()
        let moment = now()
        try await store.enter(worker: worker, name: configuration.name, lease: configuration.lease)
        let queues = state.withLock { state in
            state.worker = worker
            state.renewedAt = moment
            return Array(state.queues.values)
        }
        for queue in queues { queue.ring() }
    }

    private func loseLease() async throws(DatabaseError) {
        let queues = state.withLock { state in
            state.worker = nil
            return Array(state.queues.values)
        }
        for run in queues.flatMap(\.runs) { run.end(.lost) }
        observe(.leaseLost)
        try await enter()
    }

    private func follow(_ queues: [QueueRunner], at moment: Int64) async throws(DatabaseError) -> Int64? {
        guard let worker else { return nil }
        // Taken before the look: what is claimed after it is not missed in it.
        let runs = queues.flatMap(\.runs)
        let news = try await store.news(for: worker, idleQueues: queues.filter { $0.isIdle(at: moment) }.map(\.name))
        guard let held = news.held else {
            try await loseLease()
            return nil
        }
        for run in runs {
            switch held[HeldJob(id: run.job.id, attempt: run.job.attempt)] {
            case nil: run.end(.lost)
            case true?: run.end(.cancelled)
            case false?: break
            }
        }
        for queue in queues where news.available.contains(queue.name) { queue.ring() }
        for queue in queues { if let retryAt = queue.retryAt, retryAt <= moment { queue.ring() } }
        if let due = news.nextDue, due <= moment { try await store.release() }
        if news.hasOrphans {
            let states = try await store.reap(for: worker)
            if !states.isEmpty { observe(.reaped(states.count)) }
        }
        return (queues.compactMap(\.retryAt).filter { $0 > moment } + (news.nextDue.map { $0 > moment ? [$0] : [] } ?? [])).min()
    }

    private func pruneSometimes(at moment: Int64) async throws(DatabaseError) {
        let isDue = state.withLock { state in
            if let prunedAt = state.prunedAt, moment - prunedAt < 60_000_000 { return false }
            state.prunedAt = moment
            return true
        }
        if isDue { try await store.prune() }
    }
}
