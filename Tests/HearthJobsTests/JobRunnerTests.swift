import HearthDatabase
import Synchronization
import TestServers
import Testing

@testable import HearthJobs

/// Jobs that are run, by one host or several.
struct JobRunnerTests {
    private static let configuration = JobRunner.Configuration(poll: .milliseconds(20))

    /// Runs a runner for the time of a body.
    private func running(
        _ jobs: JobStore, _ configuration: JobRunner.Configuration = configuration,
        observe: @escaping @Sendable (JobEvent) -> Void = { _ in }, open: (JobRunner) -> Void,
        _ body: (JobRunner) async throws -> Void
    ) async throws {
        let runner = JobRunner(store: jobs, configuration: configuration, observe: observe)
        open(runner)
        let task = Task { await runner.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(runner))
        } catch {
            result = .failure(error)
        }
        task.cancel()
        await task.value
        try result.get()
    }

    @Test(arguments: TestEngine.allCases)
    func `jobs are run, those that fail again, until they succeed`(engine: TestEngine) async throws {
        let kind = JobKind("test.work", queue: "test", retry: .delays([.zero, .zero]))
        try await withJobs(engine) { jobs, _ in
            let runs = Shared<[Int: Int]>([:])
            try await running(
                jobs,
                open: { runner in
                    runner.open(
                        "test",
                        handlers: [
                            HandledKind(kind) { run in
                                let number = Int(run.job.payload) ?? -1
                                runs.change { $0[number, default: 0] += 1 }
                                return number % 10 == 0 && run.job.attempt == 1 ? .failed(JobFailure("once")) : .completed
                            }
                        ])
                }
            ) { runner in
                _ = try await jobs.enqueue((0..<300).map { number in with(NewJob(kind)) { $0.payload = "\(number)" } })
                try await eventually("all are completed") {
                    try await jobs.counts().isEmpty
                }
            }
            #expect(runs.value.count == 300)
            #expect(runs.value.values.reduce(0, +) == 330)
            #expect(try await jobs.list(JobFilter(state: .completed), limit: 1_000).count == 300)
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a run that takes too long is told so, and has failed`(engine: TestEngine) async throws {
        let kind = JobKind("test.slow", queue: "test", timeout: .milliseconds(50))
        try await withJobs(engine) { jobs, _ in
            try await running(
                jobs,
                open: { runner in
                    runner.open(
                        "test",
                        handlers: [
                            HandledKind(kind) { _ in
                                try? await Task.sleep(for: .seconds(600))
                                return .failed(JobFailure("interrupted"))
                            }
                        ])
                }
            ) { _ in
                let id = try await jobs.add(kind).id
                try await eventually("it is to be tried again") { try await jobs.state(id) == .scheduled }
                #expect(try await jobs.job(id)?.errors?.contains("it took longer than 0.05 seconds") == true)
            }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a handler that does not listen loses its job, and keeps its slot`(engine: TestEngine) async throws {
        let kind = JobKind("test.deaf", queue: "test", timeout: .milliseconds(50), retry: .never)
        let configuration = JobRunner.Configuration(poll: .milliseconds(20), grace: .milliseconds(50))
        try await withJobs(engine) { jobs, _ in
            let (gate, runs, stuck) = (Gate(), Shared(0), Shared(0))
            try await running(
                jobs, configuration, observe: { event in if case .stuck = event { stuck.change { $0 += 1 } } },
                open: { runner in
                    runner.open(
                        "test", rules: QueueRules(slots: 1),
                        handlers: [
                            HandledKind(kind) { _ in
                                runs.change { $0 += 1 }
                                await gate.wait()
                                return .completed
                            }
                        ])
                }
            ) { _ in
                let deaf = try await jobs.add(kind).id
                try await eventually("it runs") { runs.value == 1 }
                let next = try await jobs.add(kind).id
                try await eventually("it is discarded") { try await jobs.state(deaf) == .discarded }
                #expect(stuck.value == 1)
                #expect(try await jobs.state(next) == .available)
                gate.open()
                try await eventually("the next one is done") { try await jobs.state(next) == .completed }
                #expect(try await jobs.state(deaf) == .discarded)
            }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a running job is cancelled by another host`(engine: TestEngine) async throws {
        let kind = JobKind("test.long", queue: "test")
        try await withJobs(engine) { jobs, clock in
            let started = Shared(false)
            try await running(
                jobs,
                open: { runner in
                    runner.open(
                        "test",
                        handlers: [
                            HandledKind(kind) { _ in
                                started.change { $0 = true }
                                try? await Task.sleep(for: .seconds(600))
                                return .failed(JobFailure("was asked to end"))
                            }
                        ])
                }
            ) { _ in
                let id = try await jobs.add(kind).id
                try await eventually("it runs") { started.value }
                // Another host's store: its bell is not heard here.
                #expect(try await JobStore(database: jobs.database, now: { clock.now }).cancel(id))
                try await eventually("it is cancelled") { try await jobs.state(id) == .cancelled }
            }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a host that stops gives back what it runs, which counts as no failure`(engine: TestEngine) async throws {
        let kind = JobKind("test.long", queue: "test")
        try await withJobs(engine) { jobs, _ in
            let started = Shared(0)
            let id = try await jobs.add(kind).id
            try await running(
                jobs,
                open: { runner in
                    runner.open(
                        "test",
                        handlers: [
                            HandledKind(kind) { _ in
                                started.change { $0 += 1 }
                                try? await Task.sleep(for: .seconds(600))
                                return .failed(JobFailure("interrupted"))
                            }
                        ])
                }
            ) { runner in
                try await eventually("it runs") { started.value == 1 }
                await runner.close(waiting: .milliseconds(50))
                let record = try #require(try await jobs.job(id))
                #expect(record.state == .available)
                #expect(record.failures == 0)
            }
            #expect(started.value == 1)
            let again = try await jobs.take("test")
            #expect(again.map(\.id) == [id])
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a host that loses its lease stops its runs, and goes on with a new one`(engine: TestEngine) async throws {
        let kind = JobKind("test.work", queue: "test")
        try await withJobs(engine) { jobs, clock in
            let (attempts, lost) = (Shared<[Int]>([]), Shared(0))
            try await running(
                jobs, observe: { event in if case .leaseLost = event { lost.change { $0 += 1 } } },
                open: { runner in
                    runner.open(
                        "test",
                        handlers: [
                            HandledKind(kind) { run in
                                attempts.change { $0.append(run.job.attempt) }
                                guard run.job.attempt == 1 else { return .completed }
                                try? await Task.sleep(for: .seconds(600))
                                return .completed
                            }
                        ])
                }
            ) { runner in
                let id = try await jobs.add(kind).id
                try await eventually("it runs") { attempts.value == [1] }
                // As another host sees it that looks first when the lease has passed.
                let worker = try #require(runner.worker)
                try await jobs.leave(worker: worker)
                try await jobs.reap(for: jobs.ids.next())
                try await eventually("it has run again") { try await jobs.state(id) == .completed }
                #expect(attempts.value.first == 1)
                #expect(attempts.value.count > 1)
                // The bell may ring, and the job be done, before the host looks at its lease again.
                try await eventually("it has noticed") { lost.value >= 1 }
            }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a clock that is set takes no job from a host that lives`(engine: TestEngine) async throws {
        let (long, delayed) = (JobKind("test.long", queue: "test"), JobKind("test.delayed", queue: "test"))
        try await withJobs(engine) { jobs, clock in
            let (gate, attempts, lost) = (Gate(), Shared<[Int]>([]), Shared(0))
            try await running(
                jobs, observe: { event in if case .leaseLost = event { lost.change { $0 += 1 } } },
                open: { runner in
                    runner.open(
                        "test",
                        handlers: [
                            HandledKind(long) { run in
                                attempts.change { $0.append(run.job.attempt) }
                                await gate.wait()
                                return run.reason == nil ? .completed : .failed(JobFailure("interrupted"))
                            }, HandledKind(delayed) { _ in .completed },
                        ])
                }
            ) { _ in
                let id = try await jobs.add(long).id
                try await eventually("it runs") { attempts.value == [1] }
                // Longer than the lease and than a run may take; by the delayed job it shows that the host has looked.
                let next = try await jobs.add(delayed) { $0.runAt = clock.now + 3_600_000_000 }.id
                clock.advance(.seconds(86_400))
                try await eventually("the host has looked") { try await jobs.state(next) == .completed }
                gate.open()
                try await eventually("it is done") { try await jobs.state(id) == .completed }
                #expect(attempts.value == [1])
                #expect(lost.value == 0)
            }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `kinds that nobody here knows wait for a host that does`(engine: TestEngine) async throws {
        let known = JobKind("test.known", queue: "test")
        let unknown = JobKind("test.unknown", queue: "test")
        try await withJobs(engine) { jobs, _ in
            try await running(jobs, open: { $0.open("test", handlers: [HandledKind(known) { _ in .completed }]) }) { _ in
                let id = try await jobs.add(unknown).id
                try await eventually("it waits") { try await jobs.state(id) == .scheduled }
                #expect(try await jobs.job(id)?.failures == 0)
            }
        }
    }

    @Test(arguments: TestEngine.allCases)
    func `a limited queue is worked off one by one`(engine: TestEngine) async throws {
        let kind = JobKind("test.work", queue: "test")
        try await withJobs(engine) { jobs, _ in
            let most = Shared((now: 0, ever: 0))
            try await running(
                jobs,
                open: { runner in
                    runner.open(
                        "test", rules: QueueRules(concurrency: 2),
                        handlers: [
                            HandledKind(kind) { _ in
                                most.change { $0 = ($0.now + 1, max($0.ever, $0.now + 1)) }
                                await Task.yield()
                                most.change { $0.now -= 1 }
                                return .completed
                            }
                        ])
                }
            ) { _ in
                _ = try await jobs.enqueue((0..<40).map { _ in NewJob(kind) })
                try await eventually("all are done") { try await jobs.counts().isEmpty }
            }
            #expect(most.value.ever <= 2)
        }
    }
}

/// Lets tasks wait until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
