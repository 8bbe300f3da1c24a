import HearthThreads
import Testing

@testable import HearthDatabase

/// The pool as what it is: a machine without I/O, on a clock that the test moves.
@Suite struct PoolTests {
    @Test func `reads that wait together travel as one unit, and writes alone`() throws {
        var bench = Bench()
        bench.open(2)
        bench.add([read(), read(), read(), write(), read(), read()])
        #expect(bench.sent == [3, 1, 2])
        #expect(bench.pool.waiting == 0)
    }

    @Test func `no connection gets more than it may have on its way`() {
        var bench = Bench(maximum: 1)
        bench.open(1)
        for _ in 0..<10 { bench.add(write()) }
        #expect(bench.sent.count == 4 && bench.pool.waiting == 6)
        bench.answer(1)
        #expect(bench.sent.count == 5 && bench.pool.waiting == 5)
    }

    @Test func `nothing is put behind a statement that takes long`() {
        var bench = Bench(maximum: 1)
        bench.open(1)
        bench.add(write())
        bench.clock(.milliseconds(11))
        bench.add(read())
        #expect(bench.sent == [1] && bench.pool.waiting == 1)
        bench.answer(1)
        #expect(bench.sent == [1, 1])
    }

    @Test func `a transaction gets a connection when all before it is answered, and the last one is left to others`() {
        var bench = Bench(maximum: 2)
        bench.open(2)
        bench.add(write())
        bench.add(begin())
        #expect(bench.leased == [2])
        bench.add(begin())
        #expect(bench.leased == [2], "one connection remains for other calls")
        bench.add(write())
        #expect(bench.sent == [1, 1])
        bench.release(2)
        #expect(bench.leased == [2, 2])
        bench.release(2)
        bench.add(write())
        bench.add(begin())
        #expect(bench.leased == [2, 2], "both are busy")
        bench.answer(2)
        #expect(bench.leased == [2, 2, 2])
    }

    @Test func `calls are served in their order, whatever they are`() {
        var bench = Bench(maximum: 1)
        bench.open(1)
        bench.add(begin())
        bench.add(write())
        bench.add(begin())
        bench.add(write())
        #expect(bench.leased == [1] && bench.sent == [])
        bench.release(1)
        #expect(bench.sent == [1] && bench.leased == [1])
        bench.answer(1)
        #expect(bench.leased == [1, 1] && bench.sent == [1])
        bench.release(1)
        #expect(bench.sent == [1, 1])
    }

    @Test func `a call that was put back goes first`() {
        var bench = Bench(maximum: 1)
        bench.open(1)
        bench.add(begin())
        let first = write()
        let second = write()
        bench.add(first)
        bench.add(second)
        bench.release(1)
        #expect(bench.sentCalls.map { $0 === first } == [true, false])
        bench.pool.lost(1, reason: "gone", now: bench.now)
        bench.pool.putBack(second, now: bench.now)
        bench.pool.putBack(first, now: bench.now)
        bench.clock(.seconds(1))
        bench.opened()
        #expect(bench.sentCalls.suffix(2).map { $0 === first } == [true, false])
    }

    @Test func `a call that waits too long fails, and names the reason when there is no server`() {
        var bench = Bench(maximum: 1)
        let late = write(deadline: bench.now + .milliseconds(100))
        bench.add(late)
        bench.add(write())
        bench.pool.lost(1, reason: "nobody listens", now: bench.now)
        bench.clock(.milliseconds(100))
        #expect(bench.failures.map(\.kind) == [.timeout])
        bench.clock(.seconds(10))
        #expect(bench.failures.map(\.kind) == [.timeout, .unavailable])
        #expect(bench.failures.last?.message.contains("nobody listens") == true)
    }

    @Test func `a cancelled call is passed over`() {
        var bench = Bench(maximum: 1)
        bench.open(1)
        bench.add(begin())
        let cancelled = write()
        bench.add(cancelled)
        bench.add(write())
        cancelled.cancel()
        bench.release(1)
        #expect(bench.sent == [1])
    }

    @Test func `pauses between attempts to connect grow up to half a second, and one at a time is made`() {
        var bench = Bench(maximum: 4)
        bench.add(write())
        var pauses: [Duration] = []
        for _ in 0..<12 {
            let identity = bench.opening
            bench.pool.lost(identity, reason: "nobody listens", now: bench.now)
            var pause = Duration.zero
            while bench.opening == identity, pause < .seconds(1) {
                pause += .milliseconds(5)
                bench.clock(.milliseconds(5))
            }
            pauses.append(pause)
        }
        #expect(pauses.allSatisfy { $0 >= .milliseconds(25) && $0 <= .milliseconds(505) })
        #expect(pauses.suffix(5).allSatisfy { $0 >= .milliseconds(245) })
        #expect(bench.pool.slots.count == 1)
        bench.opened()
        #expect(bench.sent == [1])
    }

    @Test func `a connection that takes too long to be made is given up`() {
        var bench = Bench(maximum: 1)
        bench.add(write())
        let first = bench.opening
        bench.clock(.seconds(5))
        bench.clock(.seconds(1))
        #expect(bench.closed == [first] && bench.opening != first)
    }

    @Test func `an idle connection is checked, or closed when there are more than needed`() {
        var bench = Bench(minimum: 1, maximum: 2)
        bench.open(2)
        bench.clock(.seconds(60))
        #expect(bench.closed.count == 1 && bench.probed.count == 1)
        #expect(bench.pool.statistics.open == 1)
    }

    @Test func `an old connection is replaced when it is idle`() {
        var bench = Bench(minimum: 1, maximum: 1)
        bench.open(1)
        bench.add(begin())
        bench.clock(.seconds(2_000))
        #expect(bench.closed == [])
        bench.release(1)
        #expect(bench.closed == [1] && bench.opening == 2)
    }

    @Test func `nothing is sent to a connection that a request to cancel may hit`() {
        var bench = Bench(maximum: 1)
        bench.open(1)
        bench.add(write())
        bench.hold(1, true)
        bench.answer(1)
        bench.add(begin())
        bench.add(write())
        #expect(bench.sent == [1] && bench.leased == [])
        bench.hold(1, false)
        #expect(bench.leased == [1])
    }
}

/// A pool, its clock, and what it has asked for.
private struct Bench {
    var pool: PostgresPool
    var now = Deadline(uptimeNanoseconds: 1_000_000_000_000)
    var sentCalls: [PostgresCall] = []
    var sent: [Int] = []
    var leased: [Int] = []
    var closed: [Int] = []
    var probed: [Int] = []
    var failures: [DatabaseError] = []
    /// The last connection that was asked for.
    var opening = 0

    init(minimum: Int = 1, maximum: Int = 2) {
        var limits = PostgresPoolLimits()
        limits.minimum = minimum
        limits.maximum = maximum
        pool = PostgresPool(limits: limits, seed: 7)
    }

    private mutating func change(_ body: (inout PostgresPool, Deadline, inout [PostgresPool.Action]) -> Void) {
        var actions: [PostgresPool.Action] = []
        body(&pool, now, &actions)
        pool.dispatch(now: now, &actions)
        for action in actions {
            switch action {
            case .open(let identity): opening = identity
            case .close(let identity): closed.append(identity)
            case .send(let calls, _):
                sent.append(calls.count)
                sentCalls += calls
            case .lease(_, let identity): leased.append(identity)
            case .fail(let call, let error):
                failures.append(error)
                call.finish(error)
            case .probe(let identity): probed.append(identity)
            }
        }
    }

    mutating func add(_ call: PostgresCall) { add([call]) }
    mutating func add(_ calls: [PostgresCall]) {
        change { pool, now, _ in for call in calls { pool.add(call, now: now) } }
    }
    mutating func answer(_ identity: Int) { change { pool, now, actions in pool.answered(identity, now: now, &actions) } }
    mutating func release(_ identity: Int) { change { pool, now, actions in pool.released(identity, now: now, &actions) } }
    mutating func hold(_ identity: Int, _ isHeld: Bool) {
        change { pool, now, actions in pool.hold(identity, isHeld, now: now, &actions) }
    }
    mutating func opened() {
        let identity = opening
        change { pool, now, _ in pool.opened(identity, now: now) }
    }

    /// Opens connections 1 to a number.
    mutating func open(_ count: Int) {
        for identity in 1...count {
            change { _, _, _ in }
            if opening < identity {
                // Asked for only when there is something to do.
                let call = write()
                add(call)
                call.cancel()
            }
            change { pool, now, _ in pool.opened(identity, now: now) }
        }
        change { _, _, _ in }
        for identity in 1...count { for _ in 0..<sent.count { if isLoaded(identity) { answer(identity) } } }
        sent = []
        sentCalls = []
    }

    private func isLoaded(_ identity: Int) -> Bool { pool.slots.contains { $0.identity == identity && $0.load > 0 } }

    /// Moves the clock and does what is due.
    mutating func clock(_ duration: Duration) {
        now = now + duration
        guard pool.nextTick <= now else { return }
        change { pool, now, actions in pool.tick(now: now, &actions) }
    }
}

private func call(_ sql: String, deadline: Deadline?) -> PostgresCall {
    let checked = Result<[CheckedStatement], DatabaseError> {
        () throws(DatabaseError) in [try SQLRules(dialect: .postgres).checked(sql, scope: .host)]
    }
    let call = PostgresCall(
        .statements({ _ in }), statements: [Statement(sql)], checked: checked, deadline: deadline, driver: nil)
    call.shapes = [PostgresShape(sql: sql)]
    return call
}

private func read() -> PostgresCall { call("SELECT 1", deadline: nil) }

private func write(deadline: Deadline? = nil) -> PostgresCall { call("DELETE FROM things", deadline: deadline) }

private func begin() -> PostgresCall {
    PostgresCall(.begin(TransactionOptions(scope: things), { _ in }), deadline: nil, driver: nil)
}
