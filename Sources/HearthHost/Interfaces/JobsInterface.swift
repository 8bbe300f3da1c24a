import CHearth
import HearthDatabase
import HearthJSON
import HearthJobs

/// `hearth.jobs/1` as C sees it.
enum JobsInterface {
    static let table = hearth_jobs(
        size: UInt32(MemoryLayout<hearth_jobs>.size), add_kind: addKind, add_schedule: addSchedule, enqueue: enqueue, end: end,
        progress: progress, log: log, cancel: cancel, take_lease: takeLease, release_lease: releaseLease)

    // MARK: Registration

    private static let addKind: @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_job_kind>?) -> hearth_status = {
        host, pointer in
        guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
        switch JobReader.kind(pointer, of: plugin) {
        case .failure(let refusal):
            plugin.refuse(refusal.message)
            return refusal.status
        case .success(let kind):
            return plugin.register { registration in
                guard !registration.jobKinds.contains(where: { $0.kind.name == kind.kind.name }) else {
                    registration.refusals.append("the job kind \(kind.localName) is registered twice")
                    return Status.conflict
                }
                registration.jobKinds.append(kind)
                return Status.ok
            }
        }
    }

    private static let addSchedule:
        @convention(c) (UnsafePointer<hearth_host>?, UnsafePointer<hearth_schedule>?) -> hearth_status =
            { host, pointer in
                guard let plugin = PluginInstance.from(host), let pointer else { return Status.invalid }
                return plugin.register { registration in
                    switch JobReader.schedule(pointer, of: plugin, kinds: registration.jobKinds) {
                    case .failure(let refusal):
                        registration.refusals.append(refusal.message)
                        return refusal.status
                    case .success(let schedule):
                        guard !registration.schedules.contains(where: { $0.name == schedule.name }) else {
                            registration.refusals.append("the schedule \(schedule.name) is registered twice")
                            return Status.conflict
                        }
                        registration.schedules.append(schedule)
                        return Status.ok
                    }
                }
            }

    // MARK: Enqueueing

    private static let enqueue:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_new_job>?, UInt64, hearth_enqueued?,
            UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, pointer, count, done, user in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let pointer, let done, count > 0 else { return plugin.checked("enqueue", Status.invalid) }
            guard count <= 1_000 else { return plugin.checked("enqueue", Status.tooLarge) }
            guard let context = plugin.context(handle) else {
                return plugin.reportStale("enqueue")
            }
            let jobs: [NewJob]
            switch JobReader.jobs(pointer, count: Int(count), of: plugin, trace: context.requestID) {
            case .failure(let refusal): return plugin.checked("enqueue", refusal.status)
            case .success(let read): jobs = read
            }
            let admission = context.beginCall()
            guard admission == Status.ok else {
                return admission == Status.stale ? plugin.reportStale("enqueue") : plugin.checked("enqueue", admission)
            }
            let completion = ForeignCompletion(function: done, user: user)
            Task {
                let result = await add(jobs, on: context)
                plugin.services.workers.enqueueWithTurn(context.label) {
                    context.endCall()
                    deliver(result, to: completion)
                }
            }
            return Status.ok
        }

    private static func add(_ jobs: [NewJob], on context: CallContext) async -> Result<[EnqueuedJob], ForeignError> {
        let hostJobs = context.plugin.services.jobs
        do throws(DatabaseError) {
            let enqueued = try await hostJobs.enqueue(jobs, on: context)
            hostJobs.count(jobs, enqueued)
            return .success(enqueued)
        } catch {
            return .failure(ForeignError(error))
        }
    }

    private static func deliver(_ result: Result<[EnqueuedJob], ForeignError>, to completion: ForeignCompletion<hearth_enqueued>)
    {
        switch result {
        case .failure(let error): error.lend { completion.function(completion.user, $0, nil, nil, 0) }
        case .success(let jobs):
            let ids = jobs.flatMap(\.id.bytes)
            let flags = jobs.map { UInt32($0.isNew ? 1 : 0) }
            completion.function(completion.user, nil, ids, flags, UInt64(jobs.count))
        }
    }

    // MARK: Runs

    private static let end:
        @convention(c) (UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<hearth_job_end>?) -> hearth_status = {
            host, handle, pointer in
            guard let plugin = PluginInstance.from(host) else { return Status.invalid }
            guard let pointer else { return plugin.checked("end", Status.invalid) }
            let end = StructReader.read(pointer, size: pointer.pointee.size)
            guard let message = end.message.text, end.delay <= 366 * 86_400 * 1_000_000 else {
                return plugin.checked("end", Status.invalid)
            }
            let delay = Duration.microseconds(Int64(end.delay))
            return withRun(host, handle, "end") { exchange in
                let reason = message.isEmpty ? "the handler gave no reason" : message
                let outcome: JobOutcome =
                    switch end.result {
                    case 1: .completed
                    case 2: .snoozed(delay)
                    case 3: .cancelled(reason: reason)
                    case 4: .failed(JobFailure(reason, isFinal: true))
                    default: .failed(JobFailure(reason, retryAfter: end.delay == 0 ? nil : delay))
                    }
                return exchange.end(outcome)
            }
        }

    private static let progress: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, Double) -> hearth_status = {
        host, handle, progress in
        guard progress >= 0, progress <= 1 else { return Status.invalid }
        return withRun(host, handle, "progress") { exchange in
            Task { await exchange.run.report(progress: progress) }
            return Status.ok
        }
    }

    private static let log: @convention(c) (UnsafePointer<hearth_host>?, hearth_context, hearth_string) -> hearth_status = {
        host, handle, line in
        guard let line = line.text else { return Status.invalid }
        return withRun(host, handle, "log") { exchange in
            Task { await exchange.run.log(line) }
            return Status.ok
        }
    }

    private static func withRun(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ name: StaticString,
        _ body: (JobExchange) -> hearth_status
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let context = plugin.context(handle) else { return plugin.reportStale(name) }
        guard case .job(let exchange) = context.purpose else { return plugin.checked(name, Status.denied) }
        return body(exchange)
    }

    // MARK: Answers

    private static let cancel:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, UnsafePointer<UInt8>?, hearth_answered?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, id, done, user in
            let id = id.flatMap { DatabaseUUID(bytes: UnsafeRawBufferPointer(start: $0, count: 16)) }
            return answer(host, handle, "cancel", done, user, id) { id, plugin in
                let jobs = plugin.services.jobs.store
                guard let job = try await jobs.job(id), job.kind.hasPrefix(plugin.id + ".") else { return false }
                return try await jobs.cancel(id)
            }
        }

    private static let takeLease:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, UInt64, hearth_answered?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, name, duration, done, user in
            guard (1_000_000...86_400_000_000).contains(duration) else { return Status.invalid }
            return answer(host, handle, "take_lease", done, user, leaseName(name)) { name, plugin in
                let jobs = plugin.services.jobs
                return try await jobs.store.takeLease(
                    "\(plugin.id).\(name)", holder: jobs.holder, for: .microseconds(Int64(duration)))
            }
        }

    private static let releaseLease:
        @convention(c) (
            UnsafePointer<hearth_host>?, hearth_context, hearth_string, hearth_answered?, UnsafeMutableRawPointer?
        ) -> hearth_status = { host, handle, name, done, user in
            answer(host, handle, "release_lease", done, user, leaseName(name)) { name, plugin in
                let jobs = plugin.services.jobs
                try await jobs.store.releaseLease("\(plugin.id).\(name)", holder: jobs.holder)
                return true
            }
        }

    private static func leaseName(_ name: hearth_string) -> String? {
        name.text.flatMap { (1...200).contains($0.utf8.count) ? $0 : nil }
    }

    private static func answer<Argument: Sendable>(
        _ host: UnsafePointer<hearth_host>?, _ handle: hearth_context, _ name: StaticString, _ done: hearth_answered?,
        _ user: UnsafeMutableRawPointer?, _ argument: Argument?,
        _ body: @escaping @Sendable (Argument, PluginInstance) async throws -> Bool
    ) -> hearth_status {
        guard let plugin = PluginInstance.from(host) else { return Status.invalid }
        guard let done, let argument else { return plugin.checked(name, Status.invalid) }
        guard let context = plugin.context(handle) else { return plugin.reportStale(name) }
        let completion = ForeignCompletion(function: done, user: user)
        Task {
            let result = await outcome(of: argument, plugin, body)
            plugin.services.workers.enqueueWithTurn(context.label) {
                switch result {
                case .success(let answer): completion.function(completion.user, nil, answer ? 1 : 0)
                case .failure(let error): error.lend { completion.function(completion.user, $0, 0) }
                }
            }
        }
        return Status.ok
    }

    private static func outcome<Argument: Sendable>(
        of argument: Argument, _ plugin: PluginInstance, _ body: @Sendable (Argument, PluginInstance) async throws -> Bool
    ) async -> Result<Bool, ForeignError> {
        do {
            return .success(try await body(argument, plugin))
        } catch {
            return .failure((error as? DatabaseError).map { ForeignError($0) } ?? ForeignError(Status.failed, "\(error)"))
        }
    }
}
