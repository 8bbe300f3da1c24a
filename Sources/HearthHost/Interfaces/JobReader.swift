import CHearth
import HearthJSON
import HearthJobs

/// Reads what a plugin says about jobs.
enum JobReader {
    /// - Returns: the kind, or what is wrong with it
    static func kind(_ pointer: UnsafePointer<hearth_job_kind>, of plugin: PluginInstance) -> Result<PluginJobKind, RefusedCall> {
        let given = StructReader.read(pointer, size: pointer.pointee.size)
        func refuse(_ message: String) -> Result<PluginJobKind, RefusedCall> {
            .failure(RefusedCall(status: Status.invalid, message: message))
        }
        guard let name = given.name.text, isName(name) else {
            return refuse("a job kind needs a name of lower-case letters, digits and underscores")
        }
        guard let run = given.run else { return refuse("the job kind \(name): the handler is NULL") }
        guard given.priority <= 10 else { return refuse("the job kind \(name): a priority is 1 to 10") }
        guard given.retries <= 100 else { return refuse("the job kind \(name): at most 100 retries") }
        let year: UInt64 = 366 * 86_400 * 1_000_000
        guard max(given.timeout, given.first_delay, given.delay_cap, given.budget_period, given.retention) <= year else {
            return refuse("the job kind \(name): a time is longer than a year")
        }
        guard let retry = retry(given) else { return refuse("the job kind \(name): its retries cannot be read") }
        let isLimited = given.slots != 0 || given.concurrency != 0 || given.budget != 0 || given.is_fair != 0
        let fullName = PluginJobKind.name(name, of: plugin)
        let kind = JobKind(
            fullName, queue: isLimited ? fullName : plugin.id, timeout: time(given.timeout, or: 60), retry: retry,
            priority: given.priority == 0 ? 5 : Int(given.priority) - 1, retention: time(given.retention, or: 86_400))
        let rules = QueueRules(
            slots: given.slots == 0 ? 64 : Int(min(given.slots, 1_000)),
            concurrency: given.concurrency == 0 ? nil : Int(given.concurrency),
            budget: given.budget == 0 ? nil : .init(Int(given.budget), per: time(given.budget_period, or: 60)),
            isFair: given.is_fair != 0)
        return .success(
            PluginJobKind(
                plugin: plugin, localName: name, kind: kind, rules: rules, label: plugin.label.doing("job \(name)"), run: run,
                user: given.user))
    }

    private static func retry(_ given: hearth_job_kind) -> RetryPolicy? {
        let jitter = Double(min(given.jitter, 100)) / 100
        switch given.retry {
        case 0: return .standard
        case 1: return .never
        case 2:
            return .exponential(
                first: time(given.first_delay, or: 60), cap: time(given.delay_cap, or: 300), retries: Int(given.retries),
                jitter: jitter)
        case 3:
            guard let delays = given.delays, given.retries > 0 else { return nil }
            let pauses = UnsafeBufferPointer(start: delays, count: Int(given.retries))
            guard pauses.allSatisfy({ $0 <= 366 * 86_400 * 1_000_000 }) else { return nil }
            return .delays(pauses.map { .microseconds(Int64($0)) }, jitter: jitter)
        default: return nil
        }
    }

    private static func time(_ microseconds: UInt64, or seconds: Int64) -> Duration {
        microseconds == 0 ? .seconds(seconds) : .microseconds(Int64(microseconds))
    }

    /// - Returns: the schedule, or what is wrong with it
    static func schedule(
        _ pointer: UnsafePointer<hearth_schedule>, of plugin: PluginInstance, kinds: [PluginJobKind]
    ) -> Result<Schedule, RefusedCall> {
        let given = StructReader.read(pointer, size: pointer.pointee.size)
        func refuse(_ message: String, _ status: hearth_status = Status.invalid) -> Result<Schedule, RefusedCall> {
            .failure(RefusedCall(status: status, message: message))
        }
        guard let name = given.name.text, isName(name) else {
            return refuse("a schedule needs a name of lower-case letters, digits and underscores")
        }
        guard let kindName = given.kind.text, let kind = kinds.first(where: { $0.localName == kindName }) else {
            return refuse("the schedule \(name): its job kind is not registered", Status.notFound)
        }
        guard let payload = payload(given.payload) else { return refuse("the schedule \(name): the payload is not JSON") }
        guard let cron = given.cron.text, let zoneName = given.zone.text else {
            return refuse("the schedule \(name): a text is not UTF-8")
        }
        let timing: Schedule.Timing
        if cron.isEmpty {
            guard (1_000_000...366 * 86_400 * 1_000_000).contains(given.interval) else {
                return refuse("the schedule \(name) needs a cron expression, or an interval of a second to a year")
            }
            timing = .every(.microseconds(Int64(given.interval)))
        } else {
            guard given.interval == 0 else { return refuse("the schedule \(name) has a cron expression and an interval") }
            let zone: ScheduleZone
            switch zoneName {
            case "": zone = .fixed(.utc)
            case "user": zone = .users
            default:
                guard let local = TimeZones.zone(zoneName) else {
                    return refuse("the schedule \(name): there is no time zone \"\(zoneName)\"")
                }
                zone = .fixed(local)
            }
            do { timing = .cron(try CronExpression(cron), zone) } catch { return refuse("the schedule \(name): \(error)") }
        }
        guard given.overlap <= 2, given.catch_up <= 2 else {
            return refuse("the schedule \(name): unknown overlap or catch_up")
        }
        return .success(
            Schedule(
                PluginJobKind.name(name, of: plugin), kind: kind.kind, payload: payload, timing,
                overlap: [Schedule.Overlap.skip, .queue, .allow][Int(given.overlap)],
                catchUp: [Schedule.CatchUp.latest, .none, .all][Int(given.catch_up)]))
    }

    /// - Returns: jobs to be enqueued, or what is wrong with the first that is not right
    static func jobs(
        _ pointer: UnsafePointer<hearth_new_job>, count: Int, of plugin: PluginInstance, trace: String
    ) -> Result<[NewJob], RefusedCall> {
        var jobs: [NewJob] = []
        for index in 0..<count {
            switch job(pointer, at: index, of: plugin, trace: trace) {
            case .failure(let refusal): return .failure(refusal)
            case .success(let job): jobs.append(job)
            }
        }
        return .success(jobs)
    }

    /// - Returns: a job to be enqueued, or what is wrong with it
    static func job(
        _ pointer: UnsafePointer<hearth_new_job>, at index: Int, of plugin: PluginInstance, trace: String
    ) -> Result<NewJob, RefusedCall> {
        func refuse(_ status: hearth_status) -> Result<NewJob, RefusedCall> {
            .failure(RefusedCall(status: status, message: ""))
        }
        // The plugin's own size is the stride of its array.
        let size = pointer.pointee.size
        guard size >= 8 else { return refuse(Status.invalid) }
        let element = (UnsafeRawPointer(pointer) + index * Int(size)).assumingMemoryBound(to: hearth_new_job.self)
        let given = StructReader.read(element, size: size)
        guard let name = given.kind.text, let kind = plugin.services.jobs.kind(name, of: plugin) else {
            return refuse(Status.notFound)
        }
        guard given.payload.length <= 1 << 20 else { return refuse(Status.tooLarge) }
        guard let payload = payload(given.payload), let uniqueKey = given.unique_key.text, let serialKey = given.serial_key.text,
            let tenant = given.tenant.text, max(uniqueKey.utf8.count, serialKey.utf8.count, tenant.utf8.count) <= 400,
            given.unique <= 2, given.priority <= 10, given.run_at >= 0
        else { return refuse(Status.invalid) }
        var job = NewJob(kind.kind, payload: payload)
        job.runAt = given.run_at == 0 ? nil : given.run_at
        job.uniqueKey = uniqueKey.isEmpty ? nil : "\(kind.kind.name):\(uniqueKey)"
        job.uniqueStates = [JobStates.unfinished, .queued, .kept][Int(given.unique)]
        job.serialKey = serialKey.isEmpty ? nil : "\(plugin.id):\(serialKey)"
        job.tenant = tenant.isEmpty ? nil : tenant
        if given.priority > 0 { job.priority = Int(given.priority) - 1 }
        job.trace = trace.isEmpty ? nil : trace
        return .success(job)
    }

    private static func payload(_ bytes: hearth_bytes) -> String? {
        guard bytes.isSound else { return nil }
        guard bytes.length > 0 else { return "{}" }
        let buffer = bytes.buffer
        guard (try? JSONValue(parsing: UnsafeRawBufferPointer(buffer))) != nil else { return nil }
        return String(decoding: buffer, as: UTF8.self)
    }

    private static func isName(_ name: String) -> Bool {
        (1...60).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    }
}
