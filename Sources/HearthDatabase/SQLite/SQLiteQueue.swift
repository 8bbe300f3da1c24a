import HearthThreads

/// A bounded queue, first in first out, of calls that wait for a lane. A list through the calls themselves, so that a
/// cancelled call leaves at once and nothing is allocated.
///
/// `@unchecked Sendable`: everything is guarded by the monitor.
final class SQLiteQueue: @unchecked Sendable {
    private let monitor = Monitor()
    private var first: SQLiteCall?
    private var last: SQLiteCall?
    private var count = 0
    private var idleLanes = 0
    private var isClosed = false
    private let limit: Int
    private let waiting: Duration

    init(limit: Int, waiting: Duration) {
        self.limit = limit
        self.waiting = waiting
    }

    /// Puts a call at the end. Gives the reason when it cannot be taken; the caller completes it.
    func push(_ call: SQLiteCall) -> DatabaseError? {
        call.wait(in: self)
        let limit = Deadline.after(waiting)
        return monitor.withLock {
            guard !isClosed else { return DatabaseError(.unavailable, "the database is shutting down") }
            guard count < self.limit else { return DatabaseError(.busy, "\(count) calls wait for the database already") }
            call.waitingLimit = call.deadline.map { min($0, limit) } ?? limit
            call.isQueued = true
            call.previous = last
            if let last { last.next = call } else { first = call }
            last = call
            count += 1
            if idleLanes > 0 { monitor.signal() }
            return nil
        }
    }

    /// The call that waits longest; waits for one. Nil when the queue is closed and empty.
    func pop() -> SQLiteCall? {
        monitor.withLock {
            while true {
                if let call = first {
                    unlink(call)
                    return call
                }
                if isClosed { return nil }
                idleLanes += 1
                monitor.wait()
                idleLanes -= 1
            }
        }
    }

    /// Takes a call out; false when it is not in the queue any more.
    func remove(_ call: SQLiteCall) -> Bool {
        monitor.withLock {
            guard call.isQueued else { return false }
            unlink(call)
            return true
        }
    }

    /// Takes out the calls that have waited too long.
    func removeExpired() -> [SQLiteCall] {
        let now = Deadline.now
        return monitor.withLock {
            var expired: [SQLiteCall] = []
            var next = first
            while let call = next {
                next = call.next
                if call.waitingLimit <= now {
                    unlink(call)
                    expired.append(call)
                }
            }
            return expired
        }
    }

    var isEmpty: Bool { monitor.withLock { first == nil } }

    /// Takes no more calls; those that wait are still handed out.
    func close() {
        monitor.withLock {
            isClosed = true
            monitor.broadcast()
        }
    }

    private func unlink(_ call: SQLiteCall) {
        if let previous = call.previous { previous.next = call.next } else { first = call.next }
        if let next = call.next { next.previous = call.previous } else { last = call.previous }
        call.next = nil
        call.previous = nil
        call.isQueued = false
        count -= 1
    }

    deinit {
        // Unlinks one by one: releasing a long list through its links would recurse.
        while let call = first { unlink(call) }
    }
}
