import HearthThreads
import Synchronization

/// A thread with its share of the connections: takes calls from all threads, lets the pool decide, and does what it says.
///
/// `@unchecked Sendable`: the inbox is guarded by its mutex, `configuration`, `rules` and `loop` are constant, and all else
/// belongs to the thread of the loop.
final class PostgresDriver: @unchecked Sendable {
    private enum Event {
        case call(PostgresCall)
        case cancel(PostgresCall)
        case transaction(PostgresTransaction)
    }
    private struct Inbox {
        var events: [Event] = []
        /// A turn of the loop is on its way that will look here.
        var isScheduled = false
        var isClosed = false
        /// The loop has ended.
        var isOver = false
        /// Calls that wait on the loop.
        var waiting = 0
        var statistics = PostgresStatistics()
    }

    let configuration: PostgresConfiguration
    let rules: SQLRules
    let loop: EventLoop
    private let address: PostgresAddress
    private let inbox = Mutex(Inbox())

    // Of the loop.
    private var events: [Event] = []
    var pool: PostgresPool
    var connections: [Int: PostgresConnection] = [:]
    var shapes = PostgresShapes()
    var actions: [PostgresPool.Action] = []
    private var dirty: [PostgresConnection] = []
    private var failing: [(PostgresConnection, String)] = []
    /// When a request to cancel was last under way: it may hit another statement than the one it was meant for.
    var lastCancel = Deadline(uptimeNanoseconds: 0)
    /// How many wait, as callers know it.
    private var notedWaiting = 0
    private var isSettling = false
    /// Something has changed since the pool was asked last.
    private var isUnsettled = false
    private var timer: (moment: Deadline, timer: EventLoop.Timer)?
    private var onFirst: (@Sendable (DatabaseError?) -> Void)?
    private var onClosed: [@Sendable () -> Void] = []

    init(
        _ configuration: PostgresConfiguration, address: PostgresAddress, rules: SQLRules, limits: PostgresPoolLimits
    ) throws(DatabaseError) {
        self.configuration = configuration
        self.address = address
        self.rules = rules
        do {
            loop = try EventLoop(name: "hearth-postgres")
        } catch {
            throw DatabaseError(.unavailable, "no thread can be started for the database: \(error)")
        }
        pool = PostgresPool(limits: limits, seed: .random(in: 0 ... .max))
    }

    // MARK: From any thread

    /// Opens the first connections; the completion receives the reason when the first one fails.
    func start(_ completion: @escaping @Sendable (DatabaseError?) -> Void) {
        loop.execute { [self] in
            onFirst = completion
            settle()
        }
    }

    func submit(_ call: PostgresCall) -> DatabaseError? {
        var error: DatabaseError?
        let wakes = inbox.withLock { inbox in
            guard !inbox.isClosed else {
                error = DatabaseError(.unavailable, "the database is shutting down")
                return false
            }
            let waiting = inbox.waiting + inbox.events.count
            guard waiting < configuration.queueLimit else {
                error = DatabaseError(.busy, "\(waiting) calls wait for the database already")
                return false
            }
            return Self.add(.call(call), to: &inbox)
        }
        if wakes { loop.execute { [self] in turn() } }
        return error
    }

    func cancel(_ call: PostgresCall) { post(.cancel(call)) }

    func work(on transaction: PostgresTransaction) { post(.transaction(transaction)) }

    private func post(_ event: Event) {
        if inbox.withLock({ Self.add(event, to: &$0) }) { loop.execute { [self] in turn() } }
    }

    private static func add(_ event: Event, to inbox: inout Inbox) -> Bool {
        inbox.events.append(event)
        defer { inbox.isScheduled = true }
        return !inbox.isScheduled
    }

    var statistics: PostgresStatistics { inbox.withLock { $0.statistics } }

    /// Refuses new calls, lets accepted ones end, closes the connections and ends the thread.
    func shutdown(_ completion: @escaping @Sendable () -> Void) {
        let isOver = inbox.withLock { inbox in
            inbox.isClosed = true
            guard !inbox.isOver else { return true }
            loop.execute { [self] in
                turn()
                onClosed.append(completion)
                pool.close(now: .now, &actions)
                settle()
            }
            return false
        }
        if isOver { completion() }
    }

    // MARK: Turns of the loop

    private func turn() {
        while true {
            inbox.withLock { inbox in
                swap(&inbox.events, &events)
                inbox.waiting = pool.waiting + events.count
                inbox.isScheduled = !events.isEmpty
                notedWaiting = inbox.waiting
            }
            if events.isEmpty { return }
            let now = Deadline.now
            for event in events { handle(event, now) }
            events.removeAll(keepingCapacity: events.capacity < 4_096)
            settle()
        }
    }

    private func handle(_ event: Event, _ now: Deadline) {
        switch event {
        case .call(let call):
            guard !call.isOver else { return }
            if case .statements = call.work {
                do throws(DatabaseError) { _ = try resolve(call) } catch { return call.finish(error) }
            }
            pool.add(call, now: now)
        case .cancel(let call): stop(call, now)
        case .transaction(let transaction): transaction.session.work(transaction)
        }
    }

    /// Does what the pool decides, until there is nothing more to do.
    func settle() {
        isUnsettled = true
        guard !isSettling else { return }
        isSettling = true
        defer { isSettling = false }
        repeat {
            isUnsettled = false
            let now = Deadline.now
            pool.dispatch(now: now, &actions)
            noteWaiting(pool.waiting)
            pool.closeIdle(&actions)
            let due = actions
            actions.removeAll(keepingCapacity: true)
            for action in due { perform(action, now) }
            let written = dirty
            dirty.removeAll(keepingCapacity: true)
            for connection in written { connection.flush() }
            while let (connection, reason) = failing.popLast() { lost(connection, reason) }
        } while isUnsettled || !actions.isEmpty || !dirty.isEmpty
        let statistics = pool.statistics
        inbox.withLock { $0.statistics = statistics }
        schedule()
        finishClosing()
    }

    /// Tells callers how many wait. Connections that come free take calls between the turns, too: were only the turns counted, a
    /// queue that was full once would stay so, since a refused call causes no turn.
    private func noteWaiting(_ count: Int) {
        guard count != notedWaiting else { return }
        notedWaiting = count
        inbox.withLock { $0.waiting = count }
    }

    private func perform(_ action: PostgresPool.Action, _ now: Deadline) {
        switch action {
        case .open(let identity): open(identity)
        case .close(let identity): connections.removeValue(forKey: identity)?.close()
        case .fail(let call, let error): call.finish(error)
        case .send(let calls, let identity):
            guard let connection = connections[identity] else { return }
            for call in calls { call.attempts += 1 }
            send(unit(for: calls), on: connection, isCounted: true)
        case .probe(let identity):
            guard let connection = connections[identity] else { return }
            send(PostgresUnit(.probe, calls: [], parts: []), on: connection, isCounted: true)
        case .lease(let call, let identity):
            guard let connection = connections[identity], case .begin(let options, _) = call.work else { return }
            let session = PostgresSession(options, connection: connection, driver: self)
            let transaction = PostgresTransaction(scope: options.scope, driver: self, session: session)
            connection.transaction = transaction
            call.finish(transaction)
        }
    }

    // MARK: Connections

    private func open(_ identity: Int) {
        let connection = PostgresConnection(identity: identity, driver: self)
        connections[identity] = connection
        let address = address
        let begin: @Sendable () -> Void = { [self] in
            let handle = LibraryHandle(pointer: address.connect())
            loop.execute { [self] in
                guard let connection = connections[identity] else { return handle.close() }
                connection.adopt(handle.pointer)
                settle()
            }
        }
        if !Thread("pg connect", begin).start() { begin() }
    }

    func opened(_ connection: PostgresConnection) {
        pool.opened(connection.identity, now: .now)
        onFirst?(nil)
        onFirst = nil
        settle()
    }

    /// A connection is gone: what was on its way is run elsewhere or fails.
    func lost(_ connection: PostgresConnection, _ reason: String) {
        guard connections.removeValue(forKey: connection.identity) === connection else { return }
        let underway = Array(connection.machine.underway)
        connection.close()
        let now = Deadline.now
        pool.lost(connection.identity, reason: reason, now: now)
        configuration.onTrouble?(reason)
        for unit in underway { abandon(unit, reason, now) }
        if let transaction = connection.transaction { transaction.session.lost(reason, transaction) }
        connection.transaction = nil
        onFirst?(DatabaseError(.unavailable, "the database cannot be reached: \(reason)"))
        onFirst = nil
        settle()
    }

    /// As `lost`, when the caller is in the middle of something.
    func loseLater(_ connection: PostgresConnection, _ reason: String) { failing.append((connection, reason)) }

    func markDirty(_ connection: PostgresConnection) {
        guard !connection.isDirty else { return }
        connection.isDirty = true
        dirty.append(connection)
    }

    func send(_ unit: PostgresUnit, on connection: PostgresConnection, isCounted: Bool = false) {
        let now = Deadline.now
        if !isCounted { pool.sent(connection.identity, now: now) }
        for call in unit.calls { if let deadline = call.deadline { remind(deadline) } }
        remind(now + configuration.statementLimit)
        connection.send(unit, now: now)
    }

    /// The transaction of a connection is over.
    func release(_ connection: PostgresConnection) {
        connection.transaction = nil
        pool.released(connection.identity, now: .now, &actions)
    }

    // MARK: Time

    func remind(_ moment: Deadline) { pool.remind(moment) }

    private func schedule() {
        let moment = pool.nextTick
        if let timer, timer.moment <= moment { return }
        timer?.timer.cancel()
        timer = nil
        guard moment.uptimeNanoseconds < .max else { return }
        timer = (moment, loop.schedule(at: moment) { [self] in tick() })
    }

    private func tick() {
        timer = nil
        let now = Deadline.now
        pool.tick(now: now, &actions)
        for connection in Array(connections.values) {
            check(connection, now)
            if let transaction = connection.transaction { transaction.session.tick(now, transaction) }
        }
        settle()
    }

    private func finishClosing() {
        guard !onClosed.isEmpty, pool.waiting == 0, pool.slots.isEmpty, connections.isEmpty else { return }
        timer?.timer.cancel()
        inbox.withLock { $0.isOver = true }
        for completion in onClosed { completion() }
        onClosed = []
        loop.stop()
    }
}
