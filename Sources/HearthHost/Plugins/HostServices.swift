import HearthCache
import HearthClient
import HearthDatabase
import HearthFiles
import HearthMail
import HearthThreads
import Logging
import Synchronization

/// What the host offers to all plugins: the parts behind the tables of functions.
final class HostServices: Sendable {
    let logger: Logger
    let clock: any HostClock
    let database: any Database
    let cache: any Cache
    let client: OutboundClient
    let dataFolder: String
    let files: FileStore
    let workers: WorkerPool
    let blocking: BlockingPool
    let contexts = ContextTable()
    let timers: TimerTable
    let identifiers: UUIDGenerator
    let metrics = MetricsRegistry()
    let health = HealthBoard()
    let registry = ServiceRegistry()
    let events = EventRegistry()
    let lifecycle = LifecycleThread()
    /// How long a transaction may stay open.
    let transactionLimit: Duration
    let userExtensions = PluginUserExtensions()
    let statistics = PluginStatistics()
    let jobs: HostJobs
    private let outboxBox = Mutex<(any EventOutbox)?>(nil)
    let sessions: Sessions
    let realtime: RealtimeHub
    let mail: HostMail
    private let directoryBox = Mutex<(any UserDirectory)?>(nil)

    /// - Parameters:
    ///   - logger: the host's log
    ///   - clock: the host's clock
    ///   - database: the host's database
    ///   - cache: the host's cache; nil for one in the process
    ///   - transport: sends the requests of plugins to other servers
    ///   - dataFolder: where plugins may keep files, a folder each
    ///   - filesFolder: where the files of plugins are kept; nil for `files` in the data folder
    ///   - workers: the threads for request work
    ///   - blocking: the threads for work that blocks
    ///   - mail: how mails are sent; nil for into the log
    ///   - jobLease: how long its jobs stay its own without a sign of life
    ///   - transactionLimit: how long a transaction may stay open
    init(
        logger: Logger, clock: any HostClock, database: any Database, cache: (any Cache)? = nil,
        transport: any ClientTransport = NetworkTransport(), dataFolder: String, filesFolder: String? = nil,
        workers: WorkerPool, blocking: BlockingPool, mail: MailSettings? = nil, jobLease: Duration = .seconds(60),
        transactionLimit: Duration = .seconds(5)
    ) {
        self.transactionLimit = transactionLimit
        self.logger = logger
        self.clock = clock
        self.database = database
        // By the host's clock, so that tests move windows and times to live.
        self.cache = cache ?? LocalCache { clock.uptime }
        client = OutboundClient(
            transport: transport, now: { clock.now }, uptime: { clock.uptime },
            observe: { [metrics] in ClientMetrics.record($0, in: metrics) })
        self.dataFolder = dataFolder
        self.workers = workers
        self.blocking = blocking
        identifiers = UUIDGenerator { clock.now }
        jobs = HostJobs(
            database: database, clock: clock, ids: identifiers, metrics: metrics, logger: logger,
            lease: jobLease)
        timers = TimerTable(clock)
        sessions = Sessions(clock: clock)
        realtime = RealtimeHub(cache: self.cache, sessions: sessions, logger: logger)
        files = FileStore(
            database: database, storage: LocalBlobStorage(folder: filesFolder ?? dataFolder + "/files"), ids: identifiers,
            now: { clock.now }, logger: logger)
        self.mail = HostMail(
            mail ?? MailSettings(transport: LogTransport(logger), templates: dataFolder + "/templates/mail"), database: database,
            jobs: jobs, clock: clock, metrics: metrics, logger: logger)
    }

    /// Who knows the users; set when the accounts are there.
    var directory: (any UserDirectory)? {
        get { directoryBox.withLock { $0 } }
        set { directoryBox.withLock { $0 = newValue } }
    }

    /// Where events wait for those who are told after the commit; nil in a host that tells nobody.
    var outbox: (any EventOutbox)? {
        get { outboxBox.withLock { $0 } }
        set { outboxBox.withLock { $0 = newValue } }
    }

    /// The host is over: ends the thread of the life cycle, and lets go of what holds these services in turn.
    func close() {
        lifecycle.stop()
        (directory, outbox) = (nil, nil)
    }

    /// A deadline on the clock that plugins know.
    func wallClock(of deadline: Deadline) -> Int64 {
        guard deadline.uptimeNanoseconds != .max else { return .max }
        let now = Deadline.now.uptimeNanoseconds
        let ahead = Int64(clamping: Int128(deadline.uptimeNanoseconds) - Int128(now))
        return clock.now + ahead / 1000
    }

    /// Whether the calling thread runs the life cycle of plugins.
    var isLifecycleThread: Bool { LifecycleThread.isCurrent }

    /// Tells plugins that nobody waits any more, and waits until they have let go of everything.
    func waitForContexts(atMost limit: Duration) async {
        for context in contexts.open { context.cancel() }
        let end = Deadline.after(limit)
        while !contexts.open.isEmpty, !end.hasPassed {
            try? await Task.sleep(for: .milliseconds(5))
        }
        for context in contexts.open {
            logger.error(
                "A plugin has not let go of a request",
                metadata: ["plugin": "\(context.plugin.id)", "request_id": "\(context.requestID)"])
        }
    }

    /// A context is over: what it has left open is undone.
    func finished(_ context: CallContext) {
        guard context.isInUse else { return }
        for open in contexts.open where open.parent === context {
            guard case .transaction(let holder) = open.purpose, contexts.close(open) else { continue }
            context.plugin.logger.error(
                "A transaction was left open and is rolled back", metadata: ["request_id": "\(context.requestID)"])
            undo(open, holder)
        }
    }

    /// Rolls back a transaction or savepoint whose context is closed: first the savepoints inside it, then, when nothing runs in
    /// it any more, itself; after that its parent goes on.
    func undo(_ context: CallContext, _ holder: TransactionHolder, completion: @escaping DoneCompletion = { _ in }) {
        for open in contexts.open where open.parent === context {
            if case .transaction(let inner) = open.purpose, contexts.close(open) { undo(open, inner) }
        }
        context.whenIdle {
            holder.rollback { result in
                context.parent?.endTransaction()
                completion(result)
            }
        }
    }

    /// Takes a borrowed transaction back from a context whose time is over, and calls `done` when nothing runs in it on behalf
    /// of that context any more.
    func reclaim(_ context: CallContext, done: @escaping @Sendable () -> Void) {
        guard context.transaction != nil else { return done() }
        for open in contexts.open where open.descends(from: context) { open.bar() }
        finished(context)
        context.whenIdle(done)
    }
}
