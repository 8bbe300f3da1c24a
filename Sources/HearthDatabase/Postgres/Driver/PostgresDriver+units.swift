import HearthThreads

/// What is sent, and what its answers mean. On the loop's thread.
extension PostgresDriver {
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

    func unit(for calls: [PostgresCall]) -> PostgresUnit {
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
        if unit.failure != nil { forgetStale(unit) }
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

    func repeats(_ call: PostgresCall, _ now: Deadline) {
        guard !call.isFinished else { return }
        call.results.removeAll(keepingCapacity: true)
        if call.stop != nil { return call.finish(call.stopError) }
        guard call.attempts < 10 else {
            return call.finish(DatabaseError(.unavailable, "the statement was interrupted time and again", sql: call.sql))
        }
        pool.putBack(call, now: now)
    }

    /// The statement gets another shape, and with it another name. The old one stays what it is on each connection: calls that
    /// have it still may be on their way.
    private func forgetStale(_ unit: PostgresUnit) {
        guard let failure = unit.failure, case .server(let server) = failure.cause, server.isStalePlan,
            unit.parts.indices.contains(failure.part), case .statement(let call, let index, _) = unit.parts[failure.part],
            case .success(let checked) = call.checked
        else { return }
        shapes.forget(checked[index])
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
    func abandon(_ unit: PostgresUnit, _ reason: String, _ now: Deadline) {
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
}
