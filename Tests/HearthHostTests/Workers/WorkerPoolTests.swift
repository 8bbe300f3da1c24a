import Foundation
import Glibc
import HearthThreads
import Synchronization
import Testing

@testable import HearthHost

@Suite struct WorkerPoolTests {
    /// What a test counts from many threads.
    private final class Tally: Sendable {
        private let number = Atomic<Int>(0)
        var value: Int { number.load(ordering: .acquiring) }
        func add() { number.add(1, ordering: .acquiringAndReleasing) }
    }

    /// Holds work until it is let go.
    private final class Gate: Sendable {
        private let isOpen = Atomic<Bool>(false)
        let waiting = Tally()
        func open() { isOpen.store(true, ordering: .releasing) }
        func pass() {
            waiting.add()
            while !isOpen.load(ordering: .acquiring) { usleep(1000) }
        }
    }

    @Test func `work runs on a worker and bears its label`() async throws {
        let pool = WorkerPool(threads: 2) { _ in }
        defer { pool.stop() }
        let plugin = WorkLabel.plugin("labelled")
        let label = await withCheckedContinuation { (continuation: CheckedContinuation<WorkLabel, Never>) in
            pool.enqueue(plugin) { continuation.resume(returning: WorkLabel.current) }
        }
        #expect(label == plugin)
        #expect(label.plugin == "labelled")
        // This task itself may go on with the worker that resumed it.
        let outside = await withCheckedContinuation { (continuation: CheckedContinuation<WorkLabel, Never>) in
            Thread.detachNewThread { continuation.resume(returning: WorkLabel.current) }
        }
        #expect(outside == .host, "a thread that is no worker works for the host")
    }

    @Test func `a label tells what a plugin does, and goes on to what is begun for the same plugin`() async throws {
        let pool = WorkerPool(threads: 1) { _ in }
        defer { pool.stop() }
        let plugin = WorkLabel.plugin("active")
        let route = plugin.doing("GET /api/active")
        #expect(route.plugin == "active")
        #expect(route.activity == "GET /api/active")
        #expect(plugin.doing("GET /api/active") == route)
        #expect(plugin.activity == nil)
        let labels = await withCheckedContinuation { (continuation: CheckedContinuation<[WorkLabel], Never>) in
            pool.enqueue(route) { continuation.resume(returning: [plugin.current, WorkLabel.plugin("another").current]) }
        }
        #expect(labels == [route, .plugin("another")])
    }

    @Test func `each piece of work of many senders runs exactly once`() async throws {
        let pool = WorkerPool(threads: 3) { _ in }
        defer { pool.stop() }
        let senders = 8
        let pieces = 5_000
        let runs = (0..<senders * pieces).map { _ in Tally() }
        let done = Tally()
        for sender in 0..<senders {
            Thread("test") {
                for piece in 0..<pieces {
                    pool.enqueue(.host) {
                        runs[sender * pieces + piece].add()
                        done.add()
                    }
                }
            }.start()
        }
        try await eventually("all work has run") { done.value == senders * pieces }
        #expect(runs.allSatisfy { $0.value == 1 })
    }

    @Test func `work that enqueues work does not wait for itself`() async throws {
        let pool = WorkerPool(threads: 1) { _ in }
        defer { pool.stop() }
        let last = await withCheckedContinuation { (continuation: CheckedContinuation<Int, Never>) in
            @Sendable func step(_ number: Int) {
                guard number < 1_000 else { return continuation.resume(returning: number) }
                pool.enqueue(.host) { step(number + 1) }
            }
            step(0)
        }
        #expect(last == 1_000)
    }

    @Test func `stuck work is named once, others go on, and the extra threads go again`() async throws {
        let reports = Mutex<[WorkerPool.StuckWork]>([])
        let pool = WorkerPool(threads: 2) { stuck in reports.withLock { $0.append(stuck) } }
        defer { pool.stop() }
        let gate = Gate()
        // One more than there are threads: the third gets its thread only when the watchdog has noticed the others.
        for _ in 0..<3 { pool.enqueue(.plugin("blocker")) { gate.pass() } }
        try await eventually("the blocked ones are replaced") { gate.waiting.value == 3 }
        let others = Tally()
        for _ in 0..<100 { pool.enqueue(.plugin("other")) { others.add() } }
        try await eventually("others are served meanwhile") { others.value == 100 }
        try await eventually("each is reported") { reports.withLock { $0.count } >= 3 }
        gate.open()
        // Threads that were stuck go as they come back.
        try await eventually("the extra threads are gone") {
            pool.enqueue(.host) {}
            return pool.threadCount == 2
        }
        #expect(reports.withLock { $0.map(\.plugin) } == ["blocker", "blocker", "blocker"])
    }

    @Test func `when the cap is reached, whoever comes back first serves the others`() async throws {
        let pool = WorkerPool(threads: 2, extraLimit: 1) { _ in }
        defer { pool.stop() }
        let first = Gate()
        let last = Gate()
        pool.enqueue(.plugin("blocker")) { first.pass() }
        for _ in 0..<2 { pool.enqueue(.plugin("blocker")) { last.pass() } }
        try await eventually("the cap is reached") { first.waiting.value == 1 && last.waiting.value == 2 }
        // The watchdog has long looked at all three.
        try await Task.sleep(for: .milliseconds(300))
        let others = Tally()
        for _ in 0..<100 { pool.enqueue(.plugin("other")) { others.add() } }
        #expect(others.value == 0)
        first.open()
        try await eventually("others are served while two are still stuck") { others.value == 100 }
        last.open()
    }

    @Test func `there are never more extra threads than the cap`() async throws {
        let pool = WorkerPool(threads: 2, extraLimit: 1) { _ in }
        defer { pool.stop() }
        let gate = Gate()
        for _ in 0..<6 { pool.enqueue(.plugin("blocker")) { gate.pass() } }
        try await eventually("the cap is reached") { gate.waiting.value == 3 }
        try await Task.sleep(for: .milliseconds(300))
        #expect(gate.waiting.value == 3)
        #expect(pool.threadCount == 3)
        gate.open()
        try await eventually("what waited runs in the end") { gate.waiting.value == 6 }
    }

    @Test func `the pool for blocking work refuses what does not fit`() async throws {
        let pool = BlockingPool(threads: 2, limit: 5)
        defer { pool.stop() }
        let gate = Gate()
        let work: @convention(c) (UnsafeMutableRawPointer?) -> Void = { pointer in
            guard let pointer else { return }
            Unmanaged<Gate>.fromOpaque(pointer).takeUnretainedValue().pass()
        }
        let argument = Unmanaged.passUnretained(gate).toOpaque()
        let accepted = (0..<8).map { _ in pool.enqueue(.host, argument, work) }
        #expect(accepted == [true, true, true, true, true, false, false, false])
        gate.open()
        try await eventually("all that was accepted has run") { gate.waiting.value == 5 }
        try await eventually("there is room again") { pool.enqueue(.host, argument, work) }
        try await eventually("the last one ran") { gate.waiting.value >= 6 }
        withExtendedLifetime(gate) {}
    }

    @Test func `the thread of the life cycle gives up on what takes too long`() async throws {
        let thread = LifecycleThread()
        defer { thread.stop() }
        let quick = await thread.run(limit: .seconds(60)) { LifecycleThread.isCurrent }
        #expect(quick == true)
        let gate = Gate()
        let slow = await thread.run(limit: .milliseconds(20)) {
            gate.pass()
            return true
        }
        #expect(slow == nil)
        gate.open()
    }
}
