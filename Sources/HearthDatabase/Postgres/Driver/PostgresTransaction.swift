import HearthThreads
import Synchronization

/// An open transaction as its callers see it: takes one command at a time and leaves it to the loop.
///
/// `@unchecked Sendable`: the state is guarded by the mutex, and the session belongs to the thread of the loop.
final class PostgresTransaction: DatabaseTransaction, @unchecked Sendable {
    enum Command {
        case run(PostgresCall)
        case savepoint(@Sendable (Result<Savepoint, DatabaseError>) -> Void)
        case release(Savepoint, DoneCompletion)
        case rollbackTo(Savepoint, DoneCompletion)
        case commit(DoneCompletion)
        case rollback(DoneCompletion)
    }
    private enum Phase { case idle, running, ending, over }
    private struct State {
        var phase = Phase.idle
        /// At most one call and one rollback behind it, and rollbacks that were asked for more than once.
        var commands: [Command] = []
        var reason = "the transaction is over"
        var kind = DatabaseError.Kind.rolledBack
    }

    let scope: TableScope
    private let driver: PostgresDriver
    private let state = Mutex(State())
    /// What the loop knows of it.
    let session: PostgresSession

    init(scope: TableScope, driver: PostgresDriver, session: PostgresSession) {
        self.scope = scope
        self.driver = driver
        self.session = session
    }

    // MARK: What callers do

    func run(
        _ statements: [Statement], scope: TableScope, deadline: Deadline?, completion: @escaping ResultsCompletion
    ) -> any Cancellation {
        let call = PostgresCall(
            .statements(completion), statements: statements, checked: driver.rules.checked(statements, scope: scope),
            deadline: deadline, isTransactional: true, driver: driver)
        if let error = submit(.run(call)) {
            completion(.failure(error))
            return FinishedCall.instance
        }
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
        let isOver = state.withLock { state in
            if state.phase == .over { return true }
            state.phase = .ending
            state.commands.append(.rollback(completion))
            return false
        }
        if isOver { completion(.success(())) } else { driver.work(on: self) }
    }

    private func submit(_ command: Command, ends: Bool = false) -> DatabaseError? {
        let error: DatabaseError? = state.withLock { state in
            switch state.phase {
            case .over, .ending: return DatabaseError(state.kind, state.reason)
            case .running: return DatabaseError(.busy, "the transaction is running another call: one at a time")
            case .idle:
                state.phase = ends ? .ending : .running
                state.commands.append(command)
                return nil
            }
        }
        if error == nil { driver.work(on: self) }
        return error
    }

    // MARK: What the loop does

    /// The next command, if there is one.
    func next() -> Command? {
        state.withLock { $0.commands.isEmpty ? nil : $0.commands.removeFirst() }
    }

    /// Lets the next call in, before the completion of the last one is called.
    func becomeIdle() {
        state.withLock { if $0.phase == .running { $0.phase = .idle } }
    }

    /// Takes no more commands, and answers those that came too late.
    func end(_ reason: String, _ kind: DatabaseError.Kind = .rolledBack) {
        let late = state.withLock { state in
            state.phase = .over
            state.reason = reason
            state.kind = kind
            defer { state.commands = [] }
            return state.commands
        }
        for command in late { Self.fail(command, DatabaseError(kind, reason)) }
    }

    /// Answers a command with an error; to be rolled back is no error when the transaction is over.
    static func fail(_ command: Command, _ error: DatabaseError) {
        switch command {
        case .run(let call): call.finish(error)
        case .savepoint(let completion): completion(.failure(error))
        case .release(_, let completion), .rollbackTo(_, let completion), .commit(let completion): completion(.failure(error))
        case .rollback(let completion): completion(.success(()))
        }
    }
}

extension SQLRules {
    /// The translations of statements.
    func checked(_ statements: [Statement], scope: TableScope) -> Result<[CheckedStatement], DatabaseError> {
        do throws(DatabaseError) {
            guard !statements.isEmpty else { throw DatabaseError(.refused, "there is no statement to run") }
            guard statements.count <= DatabaseLimits.statements else {
                throw DatabaseError(.tooLarge, "a call takes at most \(DatabaseLimits.statements) statements")
            }
            var result: [CheckedStatement] = []
            result.reserveCapacity(statements.count)
            for statement in statements {
                let checked = try checked(statement.sql, scope: scope)
                try checked.check(statement.parameters)
                result.append(checked)
            }
            return .success(result)
        } catch {
            return .failure(error)
        }
    }
}
