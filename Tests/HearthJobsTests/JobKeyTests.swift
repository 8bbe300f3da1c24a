import HearthDatabase
import TestServers
import Testing

@testable import HearthJobs

/// Unique keys, serial keys, tenants and limits, the same on every engine.
struct JobKeyTests {
    private let kind = JobKind("test.work", queue: "test")

    // MARK: Unique

    @Test(arguments: TestEngine.allCases)
    func `a unique job is enqueued once until it is over`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            let first = try await jobs.add(kind) { $0.uniqueKey = "digest" }
            #expect(first.isNew)
            let second = try await jobs.add(kind) { $0.uniqueKey = "digest" }
            #expect(second == EnqueuedJob(id: first.id, isNew: false))
            let job = try #require(try await jobs.take("test").first)
            #expect(try await jobs.add(kind) { $0.uniqueKey = "digest" }.isNew == false)
            try await jobs.end(job, .completed, kind)
            #expect(try await jobs.add(kind) { $0.uniqueKey = "digest" }.isNew)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `the states in which a key is taken are the job's choice`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            func add(_ states: JobStates) async throws -> Bool {
                try await jobs.add(kind) { job in
                    job.uniqueKey = "key"
                    job.uniqueStates = states
                }.isNew
            }
            #expect(try await add(.queued))
            #expect(try await add(.queued) == false)
            let first = try #require(try await jobs.take("test").first)
            // The first one runs, so another one may wait; the first one then cannot come back.
            #expect(try await add(.queued))
            #expect(try await jobs.end(first, .failed(JobFailure("broken")), kind) == .cancelled)
            let second = try #require(try await jobs.take("test").first)
            try await jobs.end(second, .completed, kind)

            #expect(try await add(.kept))
            try await jobs.end(try #require(try await jobs.take("test").first), .completed, kind)
            #expect(try await add(.kept) == false)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `of many that enqueue a unique job at once one succeeds`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            let enqueued = try await withThrowingTaskGroup(of: EnqueuedJob.self) { group in
                for _ in 0..<40 { group.addTask { try await jobs.add(kind) { $0.uniqueKey = "one" } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(enqueued.count { $0.isNew } == 1)
            #expect(Set(enqueued.map(\.id)).count == 1)
            #expect(try await jobs.take("test").count == 1)
        }
    }

    // MARK: Serial

    @Test(arguments: TestEngine.allCases)
    func `jobs of a serial key run one after the other, in the order of enqueueing`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, clock in
            var ids: [DatabaseUUID] = []
            for _ in 0..<3 { ids.append(try await jobs.add(kind) { $0.serialKey = "user:1" }.id) }
            let other = try await jobs.add(kind) { $0.serialKey = "user:2" }.id
            let claimed = try await jobs.take("test")
            #expect(claimed.map(\.id) == [ids[0], other])
            let first = try #require(claimed.first)
            // One that is to be tried again holds up those behind it.
            try await jobs.end(first, .failed(JobFailure("broken")), kind)
            #expect(try await jobs.take("test").isEmpty)
            clock.advance(.seconds(60))
            try await jobs.release()
            let again = try await jobs.take("test")
            #expect(again.map(\.id) == [ids[0]])
            // Enqueued behind the others while the first one runs.
            ids.append(try await jobs.add(kind) { $0.serialKey = "user:1" }.id)
            try await jobs.end(again[0], .completed, kind)
            for id in ids[1...] {
                let next = try await jobs.take("test")
                #expect(next.map(\.id) == [id])
                try await jobs.end(next[0], .completed, kind)
            }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a serial job that is cancelled or discarded lets the next one go`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            var ids: [DatabaseUUID] = []
            for _ in 0..<5 { ids.append(try await jobs.add(kind) { $0.serialKey = "key" }.id) }
            #expect(try await jobs.cancel(ids[1]))
            #expect(try await jobs.cancel(ids[0]))
            let third = try await jobs.take("test")
            #expect(third.map(\.id) == [ids[2]])
            try await jobs.end(third[0], .failed(JobFailure("no use", isFinal: true)), kind)
            let fourth = try await jobs.take("test")
            #expect(fourth.map(\.id) == [ids[3]])
            // A dead letter that is run again goes to the end.
            #expect(try await jobs.retry(ids[2]))
            try await jobs.end(fourth[0], .completed, kind)
            let fifth = try await jobs.take("test")
            #expect(fifth.map(\.id) == [ids[4]])
            try await jobs.end(fifth[0], .completed, kind)
            #expect(try await jobs.take("test").map(\.id) == [ids[2]])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `hosts that enqueue and run at the same time keep the order of a serial key`(engine: TestEngine) async throws {
        try await withJobs(engine, connections: 10) { jobs, _ in
            let ran = Shared<[String: [Int]]>([:])
            let total = 4 * 30
            try await withThrowingTaskGroup(of: Void.self) { group in
                for key in 0..<4 {
                    group.addTask {
                        for number in 0..<30 {
                            _ = try await jobs.add(kind) { job in
                                job.serialKey = "key:\(key)"
                                job.payload = "\(number)"
                            }
                        }
                    }
                }
                for _ in 0..<3 {
                    group.addTask {
                        while !Task.isCancelled, ran.value.values.reduce(0, { $0 + $1.count }) < total {
                            for job in try await jobs.take("test", 3) {
                                let number = Int(job.payload) ?? -1
                                let key = job.serialKey ?? ""
                                ran.change { $0[key, default: []].append(number) }
                                try await jobs.end(job, .completed, kind)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            for key in 0..<4 { #expect(ran.value["key:\(key)"] == Array(0..<30)) }
        }
    }

    // MARK: Tenants and limits

    @Test(arguments: TestEngine.allCases)
    func `tenants take turns, however many jobs one has`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            _ = try await jobs.enqueue((0..<200).map { _ in with(NewJob(kind)) { $0.tenant = "greedy" } })
            for tenant in ["anna", "zoe"] {
                for _ in 0..<2 { try await jobs.add(kind) { $0.tenant = tenant } }
            }
            try await jobs.add(kind)
            let worker = jobs.ids.next()
            let rules = QueueRules(isFair: true)
            var tenants: [String] = []
            var last = ""
            for _ in 0..<6 {
                let claim = try await jobs.claim(from: "test", rules: rules, limit: 1, worker: worker, after: last)
                last = claim.tenant
                tenants += claim.jobs.compactMap(\.tenant)
            }
            #expect(tenants == ["anna", "greedy", "zoe", "anna", "greedy", "zoe"])
            // The rest is the greedy one's and that of nobody.
            let rest = try await jobs.claim(from: "test", rules: rules, limit: 500, worker: worker, after: last).jobs
            #expect(rest.count { $0.tenant == "greedy" } == 198)
            #expect(rest.count { $0.tenant == nil } == 1)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `no more jobs of a queue run at once than its concurrency`(engine: TestEngine) async throws {
        let rules = QueueRules(concurrency: 3)
        try await withJobs(engine, connections: 10) { jobs, _ in
            _ = try await jobs.enqueue((0..<20).map { _ in NewJob(kind) })
            let claimed = try await withThrowingTaskGroup(of: [ClaimedJob].self) { group in
                for _ in 0..<8 { group.addTask { try await jobs.take("test", 2, rules: rules) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claimed.count == 3)
            try await jobs.end(claimed[0], .completed, kind)
            #expect(try await jobs.take("test", 5, rules: rules).count == 1)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a budget lets as many jobs begin as it has tokens`(engine: TestEngine) async throws {
        let rules = QueueRules(budget: .init(6, per: .seconds(60)))
        try await withJobs(engine, connections: 10) { jobs, clock in
            _ = try await jobs.enqueue((0..<40).map { _ in NewJob(kind) })
            let claimed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<8 { group.addTask { try await jobs.take("test", 2, rules: rules).count } }
                return try await group.reduce(0, +)
            }
            #expect(claimed == 6)
            let worker = jobs.ids.next()
            let none = try await jobs.claim(from: "test", rules: rules, limit: 9, worker: worker)
            #expect(none.jobs.isEmpty)
            let next = try #require(none.retryAt)
            #expect(next > clock.now + 9_900_000 && next < clock.now + 10_100_000)
            clock.set(next)
            #expect(try await jobs.take("test", 9, rules: rules).count == 1)
            clock.advance(.seconds(3_600))
            #expect(try await jobs.take("test", 9, rules: rules).count == 6)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a paused queue keeps its jobs`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            let id = try await jobs.add(kind).id
            try await jobs.setPaused(true, queue: "test")
            #expect(try await jobs.take("test").isEmpty)
            #expect(try await jobs.take("test", rules: QueueRules(isFair: true)).isEmpty)
            #expect(try await jobs.pausedQueues() == ["test"])
            try await jobs.setPaused(false, queue: "test")
            #expect(try await jobs.take("test").map(\.id) == [id])
        }
    }

    // MARK: Operators

    @Test(arguments: TestEngine.allCases)
    func `dead letters run again as if they were new`(engine: TestEngine) async throws {
        try await withJobs(engine) { jobs, _ in
            let id = try await jobs.add(kind) { $0.uniqueKey = "key" }.id
            let job = try #require(try await jobs.take("test").first)
            try await jobs.end(job, .failed(JobFailure("broken", isFinal: true)), kind)
            #expect(try await jobs.retry(id))
            #expect(try await jobs.retry(id) == false)
            let again = try #require(try await jobs.take("test").first)
            #expect(again.failures == 0)
            #expect(again.attempt == 2)
            try await jobs.end(again, .failed(JobFailure("broken", isFinal: true)), kind)
            // Another one has the key now.
            try await jobs.add(kind) { $0.uniqueKey = "key" }
            await #expect(throws: DatabaseError.self) { try await jobs.retry(id) }
            #expect(try await jobs.state(id) == .discarded)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `jobs are listed by queue, kind and state, page by page`(engine: TestEngine) async throws {
        let other = JobKind("test.other", queue: "other")
        try await withJobs(engine) { jobs, _ in
            var ids: [DatabaseUUID] = []
            for _ in 0..<5 { ids.append(try await jobs.add(kind).id) }
            let last = try await jobs.add(other).id
            try await jobs.cancel(ids[2])
            #expect(try await jobs.list(JobFilter()).map(\.id) == [last] + ids.reversed())
            #expect(try await jobs.list(JobFilter(queue: "other")).map(\.id) == [last])
            #expect(try await jobs.list(JobFilter(kind: "test.work", state: .cancelled)).map(\.id) == [ids[2]])
            #expect(try await jobs.list(JobFilter(), before: ids[4], limit: 2).map(\.id) == [ids[3], ids[2]])
        }
    }
}

func with<T>(_ value: T, _ change: (inout T) -> Void) -> T {
    var value = value
    change(&value)
    return value
}
