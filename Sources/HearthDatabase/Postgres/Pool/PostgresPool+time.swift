import HearthThreads

/// What happens to the connections and to those who wait as time passes, and at the end.
extension PostgresPool {
    /// Sees to it that `tick` is called at a moment.
    mutating func remind(_ moment: Deadline) { nextTick = min(nextTick, moment) }

    /// Does what is due.
    mutating func tick(now: Deadline, _ actions: inout [Action]) {
        nextTick = Deadline(uptimeNanoseconds: .max)
        for call in plain.remove(where: { $0.waitingLimit <= now }) + begins.remove(where: { $0.waitingLimit <= now }) {
            actions.append(.fail(call, tooLate(call, now)))
        }
        for limit in [plain.earliestLimit, begins.earliestLimit] { limit.map { remind($0) } }
        for identity in slots.map(\.identity) { tick(identity, now, &actions) }
        dispatch(now: now, &actions)
    }

    private func tooLate(_ call: PostgresCall, _ now: Deadline) -> DatabaseError {
        if let deadline = call.deadline, deadline <= now {
            return DatabaseError(.timeout, "the deadline passed before the call was run", sql: call.sql)
        }
        let reason = slots.contains { $0.state == .ready } ? nil : trouble
        return DatabaseError(
            .unavailable,
            reason.map { "the database cannot be reached: \($0)" } ?? "no connection to the database came free in time",
            sql: call.sql)
    }

    private mutating func tick(_ identity: Int, _ now: Deadline, _ actions: inout [Action]) {
        guard let index = index(identity) else { return }
        let slot = slots[index]
        if case .connecting = slot.state {
            let limit = slot.since + limits.connect
            guard limit <= now else { return remind(limit) }
            actions.append(.close(identity))
            return lost(identity, reason: "connecting took longer than \(limits.connect)", now: now)
        }
        if case .reserved(let call) = slot.lease, call.isOver || call.waitingLimit <= now {
            slots[index].lease = .none
            actions.append(.fail(call, tooLate(call, now)))
        } else if case .reserved(let call) = slot.lease {
            remind(call.waitingLimit)
        }
        retireIfDue(index, now, &actions)
        guard index < slots.count, slots[index].identity == identity, slot.isAvailable, slot.load == 0 else { return }
        let limit = slot.progress + limits.idle
        guard limit <= now else { return remind(min(limit, slot.retirement)) }
        if slots.count > limits.minimum {
            actions.append(.close(identity))
            slots.remove(at: index)
        } else {
            actions.append(.probe(identity))
            sent(index, now)
            remind(now + limits.idle)
        }
    }

    /// Lets what is accepted end, and closes connections as they become idle.
    mutating func close(now: Deadline, _ actions: inout [Action]) {
        isClosing = true
        closeIdle(&actions)
    }

    /// Closes what is idle when nothing waits any more.
    mutating func closeIdle(_ actions: inout [Action]) {
        guard isClosing, waiting == 0 else { return }
        for slot in slots where slot.state == .connecting || (slot.isAvailable && slot.load == 0) {
            actions.append(.close(slot.identity))
            slots.removeAll { $0.identity == slot.identity }
        }
    }

    /// What the pool is doing.
    var statistics: PostgresStatistics {
        var statistics = PostgresStatistics()
        for slot in slots {
            if slot.state == .connecting {
                statistics.connecting += 1
                continue
            }
            statistics.open += 1
            if slot.isLeased { statistics.leased += 1 } else if slot.load == 0 { statistics.idle += 1 }
        }
        statistics.waiting = waiting
        statistics.opened = opened
        statistics.lost = lost
        statistics.waits = waits
        return statistics
    }
}
