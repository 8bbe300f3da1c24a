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
    private var pool: PostgresPool
    private var connections: [Int: PostgresConnection] = [:]
    private var shapes = PostgresShapes()
    private var actions: [PostgresPool.Action] = []
    private var dirty: [PostgresConnection] = []
    private var failing: [(PostgresConnection, String)] = []
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
                inbox.waiting = pool.waiting
                swap(&inbox.events, &events)
                inbox.waiting += events.count
                inbox.isScheduled = !events.isEmpty
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

    // MARK: Units

    /// Finds out the shapes of a call's statements; gives the parts that ask the server for those which are unknown.
    func resolve(_ call: PostgresCall) throws(DatabaseError) -> [PostgresUnit.Part] {
        let checked = try call.checked.get()
        var unknown: [PostgresUnit.Part] = []
        var known: [PostgresShape?] = []
        known.reserveCapacity(checked.count)
        for index in checked.indices {
            switch try shapes.find(checked[index], call.statements[index]) {
            case .known(let shape): known.append(shape)
            case .once: known.append(nil)
            case .unknown(let shape): unknown.append(.describe(call, index, shape))
            }
        }
        call.shapes = unknown.isEmpty ? known : []
        return unknown
    }

    func parts(of call: PostgresCall) -> [PostgresUnit.Part] {
        call.shapes.enumerated().map { index, shape in shape.map { .statement(call, index, $0) } ?? .once(call, index) }
    }

    func command(_ sql: String) -> PostgresShape { shapes.command(sql) }

    /// Remembers what a unit was told about statements.
    func learn(_ unit: PostgresUnit) {
        for case .describe(let call, let index, let shape) in unit.parts {
            guard case .success(let checked) = call.checked else { continue }
            shapes.learn(shape, checked[index])
        }
    }

    private func unit(for calls: [PostgresCall]) -> PostgresUnit {
        if calls.count > 1 {
            var parts: [PostgresUnit.Part] = []
            parts.reserveCapacity(calls.count)
            for call in calls { if let shape = call.shapes.first ?? nil { parts.append(.statement(call, 0, shape)) } }
            return PostgresUnit(.reads, calls: calls, parts: parts)
        }
        let call = calls[0]
        if call.shapes.isEmpty {
            // What was unknown when the call came may be known by now.
            do throws(DatabaseError) {
                let unknown = try resolve(call)
                if !unknown.isEmpty { return PostgresUnit(.describe, calls: calls, parts: unknown) }
            } catch {
                call.finish(error)
                return PostgresUnit(.probe, calls: [], parts: [])
            }
        }
        return PostgresUnit(call.isPlainRead ? .reads : .statements, calls: calls, parts: parts(of: call))
    }

    /// A unit was answered.
    func ended(_ unit: PostgresUnit, on connection: PostgresConnection, isIdle: Bool, now: Deadline) {
        learnDuration(unit, now)
        if unit.failure != nil { forgetStale(unit, connection) }
        switch unit.purpose {
        case .reads: endReads(unit, now)
        case .statements:
            guard let call = unit.calls.first else { break }
            guard let failure = unit.failure else { call.finish(); break }
            if isRepeatable(failure, of: call, in: unit) { repeats(call, now) } else { call.finish(error(failure, of: unit)) }
        case .describe:
            guard let call = unit.calls.first else { break }
            guard let failure = unit.failure else {
                learn(unit)
                // On the same connection, so that the call keeps its place.
                if call.isFinished || call.stop != nil || connection.cancel != nil {
                    repeats(call, now)
                } else {
                    send(self.unit(for: [call]), on: connection)
                }
                break
            }
            if isRepeatable(failure, of: call, in: unit) { repeats(call, now) } else { call.finish(error(failure, of: unit)) }
        case .transaction(let transaction): transaction.session.ended(unit, transaction)
        case .probe: break
        }
        if connection.cancel?.unit === unit {
            connection.cancel?.isAnswered = true
            endCancel(connection, now)
        }
        // Whoever comes next must not find a transaction open.
        if connection.transaction == nil, !isIdle, connection.machine.load == 0 {
            return lost(connection, "a transaction was left open")
        }
        pool.answered(connection.identity, now: now, &actions)
        if let current = connection.machine.current, current.calls.contains(where: { $0.stop != nil }) { remind(now) }
    }

    private func endReads(_ unit: PostgresUnit, _ now: Deadline) {
        guard let failure = unit.failure else { return }
        for (index, call) in unit.calls.enumerated() where !call.isFinished {
            if index == failure.part, !isRepeatable(failure, of: call, in: unit) {
                call.finish(error(failure, of: unit))
            } else {
                repeats(call, now)
            }
        }
    }

    /// Whether a call that failed for a reason which is not its own took no effect and can be run again.
    private func isRepeatable(_ failure: PostgresUnit.Failure, of call: PostgresCall, in unit: PostgresUnit) -> Bool {
        guard call.attempts < 5, case .server(let server) = failure.cause else { return false }
        if server.isStalePlan { return true }
        // Somebody else's request to cancel; the time limit of the server takes its time.
        return server.isCancellation && call.stop == nil && !unit.isOverdue && hasCancelledLately
    }

    private func repeats(_ call: PostgresCall, _ now: Deadline) {
        guard !call.isFinished else { return }
        call.results.removeAll(keepingCapacity: true)
        if call.stop != nil { return call.finish(call.stopError) }
        guard call.attempts < 10 else {
            return call.finish(DatabaseError(.unavailable, "the statement was interrupted time and again", sql: call.sql))
        }
        pool.putBack(call, now: now)
    }

    private func forgetStale(_ unit: PostgresUnit, _ connection: PostgresConnection) {
        guard let failure = unit.failure, case .server(let server) = failure.cause, server.isStalePlan,
            unit.parts.indices.contains(failure.part), case .statement(let call, let index, let shape) = unit.parts[failure.part],
            case .success(let checked) = call.checked
        else { return }
        shapes.forget(checked[index])
        connection.forget(shape)
        call.shapes = []
    }

    private func learnDuration(_ unit: PostgresUnit, _ now: Deadline) {
        guard case .reads = unit.purpose, unit.failure == nil else { return }
        let limit: Duration = unit.calls.count > 1 ? .milliseconds(20) : .milliseconds(5)
        let isSlow = unit.startedAt + limit < now
        guard isSlow || unit.calls.count == 1 else { return }
        for call in unit.calls { if let shape = call.shapes.first ?? nil { shape.isSlow = isSlow } }
    }

    /// What a failure of a unit means to its call.
    func error(_ failure: PostgresUnit.Failure, of unit: PostgresUnit) -> DatabaseError {
        var sql: String?
        var stopped: PostgresCall?
        if unit.parts.indices.contains(failure.part) {
            switch unit.parts[failure.part] {
            case .statement(let call, let index, _), .once(let call, let index), .describe(let call, let index, _):
                sql = call.statements[index].sql
                stopped = call.stop == nil ? nil : call
            case .command: break
            }
        }
        if stopped == nil { stopped = unit.calls.first { $0.stop != nil } }
        switch failure.cause {
        case .server(let server) where server.isCancellation && stopped != nil:
            return stopped?.stopError ?? PostgresCall.cancelled
        case .server(let server): return server.error(sql: sql)
        case .refused(let error): return error
        case .rolledBack: return DatabaseError(.rolledBack, "the database rolled the transaction back")
        }
    }

    /// The connection of a unit is gone.
    private func abandon(_ unit: PostgresUnit, _ reason: String, _ now: Deadline) {
        switch unit.purpose {
        case .reads, .describe: for call in unit.calls { repeats(call, now) }
        case .statements:
            for call in unit.calls where !call.isFinished {
                if call.onlyReads {
                    repeats(call, now)
                } else if let failure = unit.failure {
                    call.finish(error(failure, of: unit))
                } else {
                    call.finish(
                        DatabaseError(
                            .unavailable,
                            "the connection to the database was lost, it is unknown whether the statement took effect: \(reason)",
                            sql: call.sql, isUncertain: true))
                }
            }
        case .transaction, .probe: break
        }
    }

    // MARK: Stopping

    /// When a request to cancel was last under way: it may hit another statement than the one it was meant for.
    private var lastCancel = Deadline(uptimeNanoseconds: 0)
    private var hasCancelledLately: Bool { lastCancel + .seconds(2) > .now }

    private func stop(_ call: PostgresCall, _ now: Deadline) {
        guard !call.isFinished else { return }
        call.halt(.cancelled, at: now)
        if call.isQueued || (call.isPlainRead && call.attempts > 0) || call.isBegin {
            // Nothing depends on how it ends.
            call.finish(PostgresCall.cancelled)
        }
        remind(now + PostgresDriver.patience)
    }

    /// How long a statement that shall stop may go on by itself: most end sooner, and a request to cancel is expensive.
    private static let patience = Duration.milliseconds(20)

    private func check(_ connection: PostgresConnection, _ now: Deadline) {
        for unit in connection.machine.underway {
            for call in unit.calls where !call.isFinished {
                guard let deadline = call.deadline else { continue }
                guard deadline <= now else { remind(deadline); continue }
                call.halt(.deadline, at: now)
                if call.isPlainRead { call.finish(call.stopError) }
            }
        }
        guard let unit = connection.machine.current else { return }
        if let cancel = connection.cancel {
            let limit = cancel.at + configuration.cancelLimit
            if limit <= now { return lost(connection, "the server does not react to a request to cancel") }
            remind(limit)
        } else if let since = unit.calls.compactMap({ $0.stop == nil ? nil : $0.stoppedAt }).min() {
            // With others in the unit it is likely to end soon; they would have to be run again.
            let isShared = unit.calls.contains { $0.stop == nil && !$0.isFinished }
            let due = since + Self.patience * (isShared ? 10 : 1)
            if due <= now { cancel(unit, on: connection, now) } else { remind(due) }
        }
        guard connection.machine.current != nil else { return }
        let limit = unit.startedAt + configuration.statementLimit
        guard limit <= now else { return remind(limit) }
        unit.isOverdue = true
        // The end of a transaction is never cancelled.
        if connection.cancel == nil, !unit.calls.isEmpty { return cancel(unit, on: connection, now) }
        let end = limit + configuration.cancelLimit * 2
        if end <= now { lost(connection, "the server does not answer") } else { remind(end) }
    }

    private func cancel(_ unit: PostgresUnit, on connection: PostgresConnection, _ now: Deadline) {
        guard let handle = connection.handle, let token = PostgresCancel(handle) else {
            return lost(connection, "a statement cannot be cancelled")
        }
        connection.cancel = .init(unit: unit, at: now)
        pool.hold(connection.identity, true, now: now, &actions)
        lastCancel = now
        remind(now + configuration.cancelLimit)
        let identity = connection.identity
        let isRunning = Thread("pg cancel") { [self] in
            token.send()
            loop.execute { [self] in
                lastCancel = .now
                guard let connection = connections[identity], connection.cancel?.isDelivered == false else { return }
                connection.cancel?.isDelivered = true
                endCancel(connection, .now)
                settle()
            }
        }.start()
        if !isRunning { lost(connection, "no thread is left to cancel a statement") }
    }

    private func endCancel(_ connection: PostgresConnection, _ now: Deadline) {
        guard let cancel = connection.cancel, cancel.isDelivered, cancel.isAnswered else { return }
        connection.cancel = nil
        // What came to the front meanwhile may have to be stopped, too.
        remind(now)
        pool.hold(connection.identity, false, now: now, &actions)
        if let transaction = connection.transaction { transaction.session.resume(transaction) }
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
