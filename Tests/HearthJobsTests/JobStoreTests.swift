import HearthDatabase
import TestServers
import Testing

@testable import HearthJobs

/// What a job goes through, the same on every engine.
struct JobStoreTests {
    private let kind = JobKind("test.work", queue: "test")

    @Test(arguments: TestEngine.allCases)
    func `a job is claimed once, with everything that it was enqueued with`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let id = try await jobs.add(kind) { job in
                job.payload = #"{"habit":7}"#
                job.tenant = "user:1"
                job.trace = "request-1"
            }.id
            let claimed = try await jobs.take("test")
            #expect(claimed.count == 1)
            let job = try #require(claimed.first)
            #expect(job.id == id)
            #expect(job.kind == "test.work")
            #expect(job.payload == #"{"habit":7}"#)
            #expect(job.tenant == "user:1")
            #expect(job.trace == "request-1")
            #expect(job.attempt == 1)
            #expect(job.runAt == clock.now)
            #expect(try await jobs.take("test").isEmpty)
            #expect(try await jobs.state(id) == .running)
            #expect(try await jobs.end(job, .completed, kind) == .completed)
            #expect(try await jobs.state(id) == .completed)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a job of a transaction that is rolled back was never there`(engine: TestEngine) async throws {
        struct Stop: Error {}
        try await withJobs(engine) { jobs, _ in
            let job = NewJob(kind)
            await #expect(throws: Stop.self) {
                try await jobs.database.transaction(TransactionOptions(scope: .host)) { transaction in
                    _ = try await jobs.enqueue([job, job], in: transaction)
                    throw Stop()
                }
            }
            #expect(try await jobs.take("test").isEmpty)
            #expect(try await jobs.list(JobFilter()).isEmpty)
            _ = try await jobs.database.transaction(TransactionOptions(scope: .host)) { transaction in
                try await jobs.enqueue([job, job], in: transaction)
            }
            #expect(try await jobs.take("test").count == 2)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `lower priorities come first, then earlier times, then earlier jobs`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let late = try await jobs.add(kind) { $0.priority = 9 }.id
            let first = try await jobs.add(kind).id
            let second = try await jobs.add(kind).id
            let earlier = try await jobs.add(kind) { $0.runAt = clock.now - 1 }.id
            let urgent = try await jobs.add(kind) { $0.priority = 0 }.id
            var order: [DatabaseUUID] = []
            for _ in 0..<5 { order += try await jobs.take("test", 1).map(\.id) }
            #expect(order == [urgent, earlier, first, second, late])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a delayed job is not claimed before its time`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let id = try await jobs.add(kind) { $0.runAt = clock.now + 60_000_000 }.id
            #expect(try await jobs.release() == 0)
            #expect(try await jobs.take("test").isEmpty)
            clock.advance(.seconds(60))
            #expect(try await jobs.release() == 1)
            #expect(try await jobs.take("test").map(\.id) == [id])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `failures are retried after 60, 120 and 240 seconds, and the fourth discards`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let id = try await jobs.add(kind).id
            for (failure, pause) in [60, 120, 240].enumerated() {
                let job = try #require(try await jobs.take("test").first)
                #expect(job.failures == failure)
                #expect(try await jobs.end(job, .failed(JobFailure("broken \(failure)")), kind) == .scheduled)
                #expect(try await jobs.job(id)?.runAt == clock.now + Int64(pause) * 1_000_000)
                clock.advance(.seconds(pause))
                try await jobs.release()
            }
            let job = try #require(try await jobs.take("test").first)
            #expect(job.isLastTry)
            #expect(try await jobs.end(job, .failed(JobFailure("broken 3")), kind) == .discarded)
            let record = try #require(try await jobs.job(id))
            #expect(record.failures == 4)
            let errors = try #require(record.errors)
            for failure in 0..<4 { #expect(errors.contains("broken \(failure)")) }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `the last twenty failures are kept`(engine: TestEngine) async throws {
        let stubborn = JobKind("test.stubborn", queue: "test", retry: .delays(Array(repeating: .zero, count: 30)))
        try await withJobs(engine) { jobs, _ in
            let id = try await jobs.add(stubborn).id
            for number in 1...25 {
                let job = try #require(try await jobs.take("test").first)
                try await jobs.end(job, .failed(JobFailure("number \(number).")), stubborn)
            }
            let errors = try #require(try await jobs.job(id)?.errors)
            #expect(!errors.contains("number 5."))
            #expect(errors.contains("number 6."))
            #expect(errors.contains("number 25."))
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a final failure discards at once, and a snooze counts as none`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let final = try await jobs.add(kind).id
            let claimed = try #require(try await jobs.take("test").first)
            #expect(try await jobs.end(claimed, .failed(JobFailure("no use", isFinal: true)), kind) == .discarded)
            #expect(try await jobs.state(final) == .discarded)

            let snoozed = try await jobs.add(kind).id
            for _ in 0..<10 {
                let job = try #require(try await jobs.take("test").first)
                #expect(try await jobs.end(job, .snoozed(.seconds(5)), kind) == .scheduled)
                clock.advance(.seconds(5))
                try await jobs.release()
            }
            let record = try #require(try await jobs.job(snoozed))
            #expect(record.failures == 0)
            #expect(record.attempt == 10)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a zombie cannot finish a job that runs again`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let id = try await jobs.add(kind).id
            let zombie = try #require(try await jobs.take("test").first)
            clock.advance(.seconds(61))
            #expect(try await jobs.reap(for: jobs.ids.next()) == [id: .available])
            let again = try #require(try await jobs.take("test").first)
            #expect(again.id == id)
            #expect(again.attempt == 2)
            #expect(again.failures == 1)
            #expect(try await jobs.end(zombie, .completed, kind) == nil)
            #expect(try await jobs.end(zombie, .failed(JobFailure("late")), kind) == nil)
            #expect(try await jobs.setProgress(0.5, of: zombie) == false)
            #expect(try await jobs.state(id) == .running)
            #expect(try await jobs.end(again, .completed, kind) == .completed)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a job that kills its hosts is discarded in the end`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let id = try await jobs.add(kind).id
            for _ in 0..<4 {
                #expect(try await jobs.take("test").count == 1)
                clock.advance(.seconds(61))
                try await jobs.reap(for: jobs.ids.next())
            }
            #expect(try await jobs.state(id) == .discarded)
            #expect(try await jobs.take("test").isEmpty)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `jobs of a living worker are left alone`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            let worker = jobs.ids.next()
            try await jobs.enter(worker: worker, name: "alive", lease: .seconds(60))
            try await jobs.add(kind)
            #expect(try await jobs.claim(from: "test", limit: 1, worker: worker).jobs.count == 1)
            clock.advance(.seconds(50))
            #expect(try await jobs.renew(worker: worker, lease: .seconds(60)))
            clock.advance(.seconds(50))
            #expect(try await jobs.reap(for: jobs.ids.next()).isEmpty)
            clock.advance(.seconds(10))
            #expect(try await jobs.reap(for: worker).isEmpty)
            #expect(try await jobs.reap(for: jobs.ids.next()).count == 1)
            #expect(try await jobs.renew(worker: worker, lease: .seconds(60)) == false)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a completed job is deleted after its retention, a dead letter after two weeks`(engine: TestEngine) async throws {
        let brief = JobKind("test.brief", queue: "test", retry: .never, retention: .zero)
        try await withJobs(engine) { jobs, clock in
            let gone = try await jobs.add(brief).id
            try await jobs.end(try #require(try await jobs.take("test").first), .completed, brief)
            #expect(try await jobs.state(gone) == nil)

            let kept = try await jobs.add(kind).id
            try await jobs.end(try #require(try await jobs.take("test").first), .completed, kind)
            let dead = try await jobs.add(brief).id
            let failed = try #require(try await jobs.take("test").first)
            try await jobs.log("a line", of: failed)
            try await jobs.end(failed, .failed(JobFailure("broken")), brief)
            clock.advance(.seconds(86_399))
            #expect(try await jobs.prune() == 0)
            clock.advance(.seconds(1))
            #expect(try await jobs.prune() == 1)
            #expect(try await jobs.state(kept) == nil)
            #expect(try await jobs.state(dead) == .discarded)
            clock.advance(.seconds(13 * 86_400))
            #expect(try await jobs.prune() == 1)
            #expect(try await jobs.state(dead) == nil)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a run tells how far it is and writes lines`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            let id = try await jobs.add(kind).id
            let job = try #require(try await jobs.take("test").first)
            #expect(try await jobs.setProgress(0.25, of: job))
            try await jobs.log("first", of: job)
            try await jobs.log("second", of: job)
            #expect(try await jobs.job(id)?.progress == 0.25)
            let lines = try await jobs.log(of: id).map(\.line)
            #expect(lines == ["first", "second"])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `many jobs are enqueued in one go`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            let enqueued = try await jobs.enqueue((0..<613).map { _ in NewJob(kind) })
            #expect(Set(enqueued.map(\.id)).count == 613)
            #expect(enqueued.map(\.isNew) == Array(repeating: true, count: 613))
            let counts = try await jobs.counts()
            #expect(counts.map(\.count) == [613])
            var order: [DatabaseUUID] = []
            while order.count < 613 { order += try await jobs.take("test", 100).map(\.id) }
            #expect(order == enqueued.map(\.id))
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a lease has one holder until it is given back or has passed`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            #expect(try await jobs.takeLease("poller", holder: "a", for: .seconds(15)))
            #expect(try await jobs.takeLease("poller", holder: "b", for: .seconds(15)) == false)
            clock.advance(.seconds(10))
            #expect(try await jobs.takeLease("poller", holder: "a", for: .seconds(15)))
            clock.advance(.seconds(10))
            #expect(try await jobs.takeLease("poller", holder: "b", for: .seconds(15)) == false)
            clock.advance(.seconds(5))
            #expect(try await jobs.takeLease("poller", holder: "b", for: .seconds(15)))
            try await jobs.releaseLease("poller", holder: "a")
            #expect(try await jobs.takeLease("poller", holder: "a", for: .seconds(15)) == false)
            try await jobs.releaseLease("poller", holder: "b")
            #expect(try await jobs.takeLease("poller", holder: "a", for: .seconds(15)))
        }
    }
}
