import HearthThreads

/// An open transaction as the loop sees it: what is running in it, on which connection. Belongs to the thread of the loop.
final class PostgresSession {
    private unowned let driver: PostgresDriver
    private let connection: PostgresConnection
    private let limit: Duration
    private let owner: String
    private let expiry: Deadline
    private var progress: PostgresProgress
    /// The command that is being carried out.
    private var running: PostgresTransaction.Command?
    /// The engine's own rollback is on its way.
    private var isExpiring = false
    private(set) var isOver = false

    init(_ options: TransactionOptions, connection: PostgresConnection, driver: PostgresDriver) {
        self.driver = driver
        self.connection = connection
        owner = options.scope.owner
        limit = options.maximumDuration ?? driver.configuration.maximumTransactionDuration
        expiry = .after(limit)
        progress = PostgresProgress(options)
        driver.remind(expiry)
    }

    // MARK: Commands

    /// Carries out the next command, if none is running.
    func work(_ transaction: PostgresTransaction) {
        while running == nil, !isOver, !isExpiring, connection.cancel == nil, let command = transaction.next() {
            running = command
            perform(command, transaction)
        }
    }

    private func perform(_ command: PostgresTransaction.Command, _ transaction: PostgresTransaction) {
        do throws(DatabaseError) {
            switch command {
            case .run(let call): try run(call, transaction)
            case .savepoint(let completion):
                let savepoint = try progress.savepoint()
                done(transaction)
                completion(.success(savepoint))
            case .release(let savepoint, let completion):
                try progress.release(savepoint)
                done(transaction)
                completion(.success(()))
            case .rollbackTo(let savepoint, let completion):
                try progress.rollback(to: savepoint)
                done(transaction)
                completion(.success(()))
            case .commit:
                let commands: [String]
                do { commands = try progress.commit() } catch {
                    // Its end is not heard by anybody: the failure is the answer.
                    running = .rollback { _ in }
                    end(progress.rollback(), transaction)
                    transaction.end("the transaction is over")
                    throw error
                }
                end(commands, transaction)
            case .rollback: end(progress.rollback(), transaction)
            }
        } catch {
            if case .commit = command {} else { done(transaction) }
            PostgresTransaction.fail(command, error)
        }
    }

    private func run(_ call: PostgresCall, _ transaction: PostgresTransaction) throws(DatabaseError) {
        if progress.hasFailed { throw PostgresProgress.failedBefore }
        do throws(DatabaseError) {
            if call.stop == .cancelled { throw PostgresCall.cancelled }
            if call.stop != nil || call.deadline?.hasPassed == true {
                throw DatabaseError(.timeout, "the deadline passed before the call was run", sql: call.sql)
            }
            let unknown = try driver.resolve(call)
            // A transaction that waits for the rollback of a savepoint does not even describe statements.
            let prefix = unknown.isEmpty || progress.isBegun ? progress.takePrefix() : []
            let parts =
                prefix.map { PostgresUnit.Part.command(driver.command($0)) }
                + (unknown.isEmpty ? driver.parts(of: call) : unknown)
            send(PostgresUnit(.transaction(transaction), calls: [call], parts: parts), call)
        } catch {
            progress.fail()
            throw error
        }
    }

    private func send(_ unit: PostgresUnit, _ call: PostgresCall) {
        if let deadline = call.deadline { driver.remind(deadline) }
        driver.send(unit, on: connection)
    }

    private func end(_ commands: [String], _ transaction: PostgresTransaction) {
        guard !commands.isEmpty else { return finish(nil, transaction) }
        let parts = commands.map { PostgresUnit.Part.command(driver.command($0)) }
        driver.send(PostgresUnit(.transaction(transaction), calls: [], parts: parts), on: connection)
    }

    private func done(_ transaction: PostgresTransaction) {
        running = nil
        transaction.becomeIdle()
    }

    // MARK: Answers

    /// A unit of the transaction was answered.
    func ended(_ unit: PostgresUnit, _ transaction: PostgresTransaction) {
        let error = unit.failure.map { driver.error($0, of: unit) }
        switch running {
        case .run(let call):
            if let error {
                progress.fail()
                done(transaction)
                call.finish(error)
            } else if case .describe? = unit.parts.last {
                driver.learn(unit)
                perform(.run(call), transaction)
            } else {
                done(transaction)
                call.finish()
            }
            if isDue { expire(transaction) } else { work(transaction) }
        case .commit, .rollback: finish(error, transaction)
        case .savepoint, .release, .rollbackTo, nil:
            if isExpiring { finish(nil, transaction) }
        }
    }

    /// The end has been answered.
    private func finish(_ error: DatabaseError?, _ transaction: PostgresTransaction) {
        guard !isOver else { return }
        isOver = true
        let command = running
        running = nil
        if !isExpiring { transaction.end("the transaction is over") }
        driver.release(connection)
        switch command {
        case .commit(let completion): completion(error.map { .failure($0) } ?? .success(()))
        case .rollback(let completion): completion(.success(()))
        default: break
        }
    }

    /// The connection is lost, and the transaction with it.
    func lost(_ reason: String, _ transaction: PostgresTransaction) {
        guard !isOver else { return }
        isOver = true
        let command = running
        running = nil
        transaction.end("the connection to the database was lost, nothing of the transaction remains: \(reason)", .unavailable)
        guard let command else { return }
        let isCommit = if case .commit = command { true } else { false }
        let end = isCommit ? "it is unknown whether the transaction took effect" : "nothing of it remains"
        PostgresTransaction.fail(
            command,
            DatabaseError(
                .unavailable, "the connection to the database was lost, \(end): \(reason)", isUncertain: isCommit))
    }

    // MARK: Time

    private var isDue: Bool { expiry.hasPassed }

    /// Ends it when its time is up. A statement that is running is stopped first.
    func tick(_ now: Deadline, _ transaction: PostgresTransaction) {
        guard !isOver, !isExpiring else { return }
        guard expiry <= now else { return driver.remind(expiry) }
        switch running {
        case nil: expire(transaction)
        case .run(let call):
            // A short one may still end by itself.
            let limit = expiry + .milliseconds(50)
            if limit <= now { call.halt(.deadline, at: now) }
            driver.remind(max(limit, now))
        default: break
        }
    }

    private func expire(_ transaction: PostgresTransaction) {
        guard !isOver, !isExpiring else { return }
        isExpiring = true
        transaction.end("the transaction was rolled back after \(limit)")
        driver.configuration.onExpiredTransaction?(ExpiredTransaction(owner: owner, limit: limit))
        guard connection.cancel == nil else { return }
        end(progress.rollback(), transaction)
    }

    /// A request to cancel is no longer on its way: what had to wait for it goes on.
    func resume(_ transaction: PostgresTransaction) {
        if isExpiring { end(progress.rollback(), transaction) } else { work(transaction) }
    }
}
