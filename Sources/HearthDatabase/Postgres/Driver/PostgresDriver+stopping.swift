import HearthThreads

/// How calls end before they are answered: deadlines, callers who do not wait any more, statements that take too long. On the
/// loop's thread.
extension PostgresDriver {
    var hasCancelledLately: Bool { lastCancel + .seconds(2) > .now }

    func stop(_ call: PostgresCall, _ now: Deadline) {
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

    func check(_ connection: PostgresConnection, _ now: Deadline) {
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

    func endCancel(_ connection: PostgresConnection, _ now: Deadline) {
        guard let cancel = connection.cancel, cancel.isDelivered, cancel.isAnswered else { return }
        connection.cancel = nil
        // What came to the front meanwhile may have to be stopped, too.
        remind(now)
        pool.hold(connection.identity, false, now: now, &actions)
        if let transaction = connection.transaction { transaction.session.resume(transaction) }
    }
}
