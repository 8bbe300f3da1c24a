import CHearth
import HearthThreads
import Synchronization
import TestServers
import Testing

@testable import HearthDatabase
@testable import HearthJobs

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    /// 2026-01-01 00:00 UTC.
    static let start: Int64 = 1_767_225_600_000_000
    private let time: Mutex<Int64>

    init(_ now: Int64 = TestClock.start) { time = Mutex(now) }

    var now: Int64 { time.withLock { $0 } }
    func set(_ now: Int64) { time.withLock { $0 = now } }
    func advance(_ duration: Duration) { time.withLock { $0 += duration.microseconds } }
}

/// A fresh database of an engine, with the tables of jobs.
func withJobs(
    _ engine: TestEngine, connections: Int = 6, _ body: (JobStore, TestClock) async throws -> Void
) async throws {
    try await FreshDatabase.with(engine, migrations: [JobSchema.sql], connections: connections) { database, _ in
        let clock = TestClock()
        try await body(JobStore(database: database, now: { clock.now }), clock)
    }
}

/// Waits until a condition holds; fails the test after a generous time.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = Deadline.after(.seconds(60))
    while try await !condition() {
        guard !deadline.hasPassed else {
            Issue.record("did not happen: \(what)", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// A value that tasks share.
final class Shared<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>
    init(_ value: Value) { mutex = Mutex(value) }
    var value: Value { mutex.withLock { $0 } }
    func change(_ body: @Sendable (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}

extension JobStore {
    /// Enqueues one job.
    @discardableResult
    func add(_ kind: JobKind, _ change: (inout NewJob) -> Void = { _ in }) async throws -> EnqueuedJob {
        var job = NewJob(kind)
        change(&job)
        return try await enqueue([job])[0]
    }

    /// Claims for a worker that has just entered.
    func take(_ queue: String, _ limit: Int = 10, rules: QueueRules = QueueRules()) async throws -> [ClaimedJob] {
        let worker = ids.next()
        try await enter(worker: worker, name: "test", lease: .seconds(60))
        return try await claim(from: queue, rules: rules, limit: limit, worker: worker).jobs
    }

    func state(_ id: DatabaseUUID) async throws -> JobState? { try await job(id)?.state }

    @discardableResult
    func end(_ job: ClaimedJob, _ outcome: JobOutcome, _ kind: JobKind? = nil) async throws -> JobState? {
        try await finish([FinishedRun(job, outcome, kind: kind)])[job.id]
    }
}
