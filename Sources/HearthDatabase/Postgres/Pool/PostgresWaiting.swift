import HearthThreads

/// Calls that wait, the oldest first. Those that were cancelled meanwhile are passed over.
struct PostgresWaiting {
    private var calls: [PostgresCall] = []
    private var first = 0

    /// The call that waits longest.
    mutating func peek() -> PostgresCall? {
        while first < calls.count {
            let call = calls[first]
            if !call.isOver { return call }
            removeFirst()
        }
        return nil
    }

    mutating func append(_ call: PostgresCall) {
        call.isQueued = true
        calls.append(call)
    }

    /// Puts back a call that was taken out before, where it belongs by its number.
    mutating func putBack(_ call: PostgresCall) {
        call.isQueued = true
        var index = first
        while index < calls.count, calls[index].sequence < call.sequence { index += 1 }
        calls.insert(call, at: index)
    }

    mutating func removeFirst() {
        calls[first].isQueued = false
        first += 1
        if first == calls.count {
            calls.removeAll(keepingCapacity: calls.capacity < 4_096)
            first = 0
        } else if first > 1_024 {
            calls.removeFirst(first)
            first = 0
        }
    }

    /// Takes out all calls for which a condition holds, and forgets those that are over.
    mutating func remove(where condition: (PostgresCall) -> Bool) -> [PostgresCall] {
        var removed: [PostgresCall] = []
        var kept: [PostgresCall] = []
        for call in calls[first...] {
            if call.isOver {
                call.isQueued = false
            } else if condition(call) {
                call.isQueued = false
                removed.append(call)
            } else {
                kept.append(call)
            }
        }
        calls = kept
        first = 0
        return removed
    }

    /// How many there are, with those that were cancelled and are still to be passed over.
    var count: Int { calls.count - first }

    /// The first moment at which one has waited too long.
    var earliestLimit: Deadline? { calls[first...].lazy.filter { !$0.isOver }.map(\.waitingLimit).min() }
}
