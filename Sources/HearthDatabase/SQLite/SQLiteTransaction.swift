import HearthThreads

/// An open transaction: a mailbox that the lane which leased its connection works off.
///
/// `@unchecked Sendable`: the state is guarded by the monitor.
final class SQLiteTransaction: DatabaseTransaction, @unchecked Sendable {
    enum Command {
        case run(SQLiteCall)
        case savepoint(@Sendable (Result<Savepoint, DatabaseError>) -> Void)
        case release(Savepoint, DoneCompletion)
        case rollbackTo(Savepoint, DoneCompletion)
        case commit(DoneCompletion)
        case rollback(DoneCompletion)
    }

    private enum State { case idle, running, ending, over }

    let scope: TableScope
    /// When the engine rolls it back.
    let expiry: Deadline
    private let rules: SQLRules
    private let monitor = Monitor()
    private var state = State.idle
    /// At most one call and one rollback behind it, and rollbacks that were asked for more than once.
    private var commands: [Command] = []
    private var reason = "the transaction is over"

    init(scope: TableScope, expiry: Deadline, rules: SQLRules) {
        self.scope = scope
        self.expiry = expiry
        self.rules = rules
    }

    // MARK: What callers do

    func run(
        _ statements: [Statement], scope: TableScope, deadline: Deadline?, completion: @escaping ResultsCompletion
    )
        -> any Cancellation
    {
        let call = SQLiteCall(.statements(rules.calls(statements, scope: scope), completion), deadline: deadline)
        if let error = submit(.run(call)) { completion(.failure(error)) }
        return call
    }

    func savepoint(completion: @escaping @Sendable (Result<Savepoint, DatabaseError>) -> Void) {
        if let error = submit(.savepoint(completion)) { completion(.failure(error)) }
    }

    func release(_ savepoint: Savepoint, completion: @escaping DoneCompletion) {
        if let error = submit(.release(savepoint, completion)) { completion(.failure(error)) }
    }

    func rollback(to savepoint: Savepoint, completion: @escaping DoneCompletion) {
        if let error = submit(.rollbackTo(savepoint, completion)) { completion(.failure(error)) }
    }

    func commit(completion: @escaping DoneCompletion) {
        if let error = submit(.commit(completion), ends: true) { completion(.failure(error)) }
    }

    func rollback(completion: @escaping DoneCompletion) {
        let isOver = monitor.withLock {
            if state == .over { return true }
            state = .ending
            commands.append(.rollback(completion))
            monitor.signal()
            return false
        }
        if isOver { completion(.success(())) }
    }

    private func submit(_ command: Command, ends: Bool = false) -> DatabaseError? {
        monitor.withLock {
            switch state {
            case .over, .ending: return DatabaseError(.rolledBack, reason)
            case .running: return DatabaseError(.busy, "the transaction is running another call: one at a time")
            case .idle:
                state = ends ? .ending : .running
                commands.append(command)
                monitor.signal()
                return nil
            }
        }
    }

    // MARK: What the lane does

    /// The next command; waits for one. Nil when the time of the transaction is up.
    func next() -> Command? {
        monitor.withLock {
            while !expiry.hasPassed {
                if !commands.isEmpty { return commands.removeFirst() }
                monitor.wait(until: expiry)
            }
            return nil
        }
    }

    /// Lets the next call in, before the completion of the last one is called.
    func becomeIdle() {
        monitor.withLock { if state == .running { state = .idle } }
    }

    /// Takes no more commands, and gives those that came too late.
    func end(_ reason: String) -> [Command] {
        monitor.withLock {
            state = .over
            self.reason = reason
            defer { commands = [] }
            return commands
        }
    }
}
