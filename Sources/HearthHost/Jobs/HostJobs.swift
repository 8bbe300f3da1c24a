import HearthDatabase
import HearthJobs
import Logging
import Synchronization

/// The jobs and schedules of this host: those of its plugins, and what the host itself does so.
final class HostJobs: Sendable {
    let store: JobStore
    let scheduler: Scheduler
    let runner: JobRunner
    private let observer: JobObserver
    /// By which this host takes leases.
    let holder: String
    private let kinds = Mutex<[String: PluginJobKind]>([:])
    private let queues = Mutex<[String: [String]]>([:])

    /// - Parameters:
    ///   - database: where the jobs are
    ///   - clock: drives everything that depends on time
    ///   - ids: makes the ids of jobs
    ///   - metrics: where it counts
    ///   - logger: where trouble is told
    ///   - lease: how long its jobs stay its own without a sign of life
    init(
        database: any Database, clock: any HostClock, ids: UUIDGenerator, metrics: MetricsRegistry, logger: Logger,
        lease: Duration
    ) {
        let store = JobStore(database: database, now: { clock.now }, ids: ids)
        let scheduler = Scheduler(store: store) { try await Self.zones(database) }
        let observer = JobObserver(metrics: metrics, logger: logger)
        self.store = store
        self.scheduler = scheduler
        self.observer = observer
        holder = ids.next().description
        runner = JobRunner(
            store: store, configuration: JobRunner.Configuration(name: holder, lease: lease),
            ticks: { try await scheduler.tick() }, observe: { observer.see($0) })
    }

    /// The zones in which there are users, each found by one step in the index.
    private static func zones(_ database: any Database) async throws -> [String] {
        let rows = try await database.query(
            """
            WITH RECURSIVE zones(zone) AS (
                SELECT (SELECT min(timezone) FROM users)
                UNION ALL
                SELECT (SELECT min(u.timezone) FROM users AS u WHERE u.timezone > z.zone) FROM zones AS z WHERE z.zone IS NOT NULL)
            SELECT zone FROM zones WHERE zone IS NOT NULL
            """, columns: [DatabaseType.text], scope: .host)
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// The kind of a plugin by the name that the plugin calls it.
    func kind(_ local: String, of plugin: PluginInstance) -> PluginJobKind? {
        kinds.withLock { $0[PluginJobKind.name(local, of: plugin)] }
    }

    /// Makes the kinds of a plugin known: from now on it can enqueue jobs.
    func add(_ registration: PluginRegistration) {
        kinds.withLock { kinds in for kind in registration.jobKinds { kinds[kind.kind.name] = kind } }
    }

    /// A plugin has started: its jobs run and its schedules tick.
    func start(_ registration: PluginRegistration, of plugin: PluginInstance) {
        let byQueue = Dictionary(grouping: registration.jobKinds, by: \.kind.queue)
        queues.withLock { $0[plugin.id] = Array(byQueue.keys) }
        for (queue, kinds) in byQueue {
            // Only a queue of its own has limits.
            runner.open(
                queue, rules: kinds[0].rules,
                handlers: kinds.map { kind in HandledKind(kind.kind) { await JobExchange(kind, $0).outcome() } })
        }
        for schedule in registration.schedules { scheduler.add(schedule) }
    }

    /// Works a queue off on behalf of a plugin, as long as that is there.
    ///
    /// - Parameters:
    ///   - kind: of the queue's jobs
    ///   - plugin: whose, and started
    ///   - rules: how
    ///   - handle: carries a job out
    func open(_ kind: JobKind, for plugin: PluginInstance, rules: QueueRules, handle: @escaping JobHandler) {
        queues.withLock { $0[plugin.id, default: []].append(kind.queue) }
        runner.open(kind.queue, rules: rules, handlers: [HandledKind(kind, handle)])
    }

    /// Plugins are about to be drained: their schedules rest, and their jobs are given back.
    func stop(_ plugins: [RunningPlugin]) async {
        for plugin in plugins { for schedule in plugin.registration.schedules { scheduler.remove(schedule.name) } }
        let names = queues.withLock { queues in plugins.flatMap { queues.removeValue(forKey: $0.instance.id) ?? [] } }
        await runner.close(names, waiting: .zero)
        kinds.withLock { kinds in
            for plugin in plugins { for kind in plugin.registration.jobKinds { kinds[kind.kind.name] = nil } }
        }
    }

    /// Enqueues jobs in the transaction of a context, if it has one.
    func enqueue(_ jobs: [NewJob], on context: CallContext) async throws(DatabaseError) -> [EnqueuedJob] {
        guard let transaction = context.transaction else { return try await store.enqueue(jobs) }
        let enqueued = try await store.enqueue(jobs, in: transaction)
        let (bell, queues) = (store.bell, Set(jobs.map(\.queue)))
        context.afterCommit { bell.ring(queues) }
        return enqueued
    }

    /// Counts what was enqueued.
    func count(_ jobs: [NewJob], _ enqueued: [EnqueuedJob]) {
        for (job, result) in zip(jobs, enqueued) where result.isNew { observer.enqueued(job) }
    }
}
