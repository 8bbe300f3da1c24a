import CHearth

/// A job in the hands of its handler.
public struct Job: Sendable {
    /// On whose behalf its work is done: its deadline is the kind's time-out.
    public let context: Context
    /// The same in each attempt.
    public let id: UUID
    /// How often it has been begun, this time included.
    public let attempt: Int
    /// How often it has failed before.
    public let failures: Int
    /// Whether a failure is the last one.
    public let isLastTry: Bool
    /// As enqueued.
    public let tenant: String?
    /// The tick of a schedule that enqueued it.
    public let tick: ScheduleTick?

    init(_ job: UnsafePointer<hearth_job>, runtime: PluginRuntime) {
        func optional(_ text: hearth_string) -> String? { text.length == 0 ? nil : String(text) }
        context = Context(handle: job.pointee.context, runtime: runtime)
        id = withUnsafeBytes(of: job.pointee.id) { UUID(bytes: $0) }
        attempt = Int(job.pointee.attempt)
        failures = Int(job.pointee.failures)
        isLastTry = job.pointee.is_last_try != 0
        tenant = optional(job.pointee.tenant)
        let at = Timestamp(microseconds: job.pointee.tick)
        tick = optional(job.pointee.schedule).map { ScheduleTick(schedule: $0, zone: String(job.pointee.zone), at: at) }
    }

    /// Notes how far it has come, for operators: 0 to 1.
    public func report(progress: Double) throws {
        let jobs = try context.runtime.jobs
        try HostError.check(jobs.pointee.progress(context.runtime.host, context.handle, progress), "progress")
    }

    /// Writes a line to the job's log, for operators.
    public func log(_ line: String) throws {
        let jobs = try context.runtime.jobs
        try HostError.check(line.lending { jobs.pointee.log(context.runtime.host, context.handle, $0) }, "log")
    }
}

/// The tick of a schedule.
public struct ScheduleTick: Sendable, Equatable {
    /// The name of the schedule.
    public let schedule: String
    /// The IANA name of the zone in which it ticked.
    public let zone: String
    /// When it was due.
    public let at: Timestamp
}
