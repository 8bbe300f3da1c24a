import CHearth
import HearthJSON

/// A kind of job as the host calls it.
final class JobEndpoint: HostCallable {
    private let runtime: PluginRuntime
    private let run: @Sendable (Job, JSONValue) async throws -> Void

    init(runtime: PluginRuntime, run: @escaping @Sendable (Job, JSONValue) async throws -> Void) {
        self.runtime = runtime
        self.run = run
    }

    func register(_ name: String, _ options: JobOptions, with registrar: Registrar) throws {
        let jobs = try runtime.jobs
        var kind = hearth_job_kind()
        kind.size = UInt32(MemoryLayout<hearth_job_kind>.size)
        kind.timeout = options.timeout.foreign
        kind.priority = UInt32(clamping: options.priority)
        kind.slots = UInt32(clamping: options.slots ?? 0)
        kind.concurrency = UInt32(clamping: options.concurrency ?? 0)
        kind.is_fair = options.isFair ? 1 : 0
        kind.budget = UInt32(clamping: options.budget?.count ?? 0)
        kind.budget_period = options.budget?.period.foreign ?? 0
        kind.retention = options.retention.foreign
        kind.run = { JobEndpoint.take($1, for: $0) }
        kind.user = registrar.keep(self)
        var delays: [UInt64] = []
        switch options.retry {
        case .standard: kind.retry = 0
        case .never: kind.retry = 1
        case .exponential(let first, let cap, let retries, let jitter):
            kind.retry = 2
            kind.first_delay = first.foreign
            kind.delay_cap = cap.foreign
            kind.retries = UInt32(clamping: retries)
            kind.jitter = UInt32(clamping: jitter)
        case .delays(let pauses):
            kind.retry = pauses.isEmpty ? 1 : 3
            kind.retries = UInt32(clamping: pauses.count)
            delays = pauses.map(\.foreign)
        }
        let status = name.lending { name in
            kind.name = name
            return delays.withUnsafeBufferPointer { delays in
                kind.delays = delays.baseAddress
                return jobs.pointee.add_kind(runtime.host, &kind)
            }
        }
        try HostError.check(status, "add_kind \(name)")
    }

    func handle(_ call: UnsafePointer<hearth_job>) {
        let job = Job(call, runtime: runtime)
        let payload = Array(call.pointee.payload.buffer)
        job.context.serve {
            do {
                try await self.run(job, try JSONValue(parsing: payload))
                self.end(job, 1)
            } catch let end as JobEnd {
                switch end {
                case .retry(let pause, let reason): self.end(job, 0, after: pause, reason)
                case .snooze(let pause): self.end(job, 2, after: pause)
                case .cancel(let reason): self.end(job, 3, reason)
                case .discard(let reason): self.end(job, 4, reason)
                }
            } catch {
                self.end(job, 0, "\(error)")
            }
        }
    }

    private func end(_ job: Job, _ result: hearth_job_result, after pause: Duration = .zero, _ message: String = "") {
        guard let jobs = try? runtime.jobs else { return }
        message.lending { message in
            var end = hearth_job_end(
                size: UInt32(MemoryLayout<hearth_job_end>.size), result: result, delay: pause.foreign, message: message)
            _ = jobs.pointee.end(runtime.host, job.context.handle, &end)
        }
    }
}

extension Duration {
    /// Whole microseconds, as the interface takes them.
    var foreign: UInt64 { UInt64(clamping: Int64(self / .microseconds(1))) }
}
