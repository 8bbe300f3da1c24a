import CHearth
import HearthDatabase
import HearthJobs
import HearthThreads
import NIOConcurrencyHelpers

/// A job in the hands of a plugin: from the call of its handler until it is ended.
///
/// `@unchecked Sendable`: what changes is behind the lock; the job's memory is constant once the handler is called.
final class JobExchange: @unchecked Sendable {
    let kind: PluginJobKind
    let run: JobRun
    private let memory: JobMemory
    private let waiting = NIOLockedValueBox<UnsafeContinuation<JobOutcome, Never>?>(nil)
    /// The context, until the plugin lets go of it: the two hold each other for as long as it is open.
    private let context = NIOLockedValueBox<CallContext?>(nil)

    init(_ kind: PluginJobKind, _ run: JobRun) {
        self.kind = kind
        self.run = run
        memory = JobMemory(run.job, name: kind.localName)
    }

    /// Lets the plugin carry the job out. The plugin is told when the task is cancelled.
    func outcome() async -> JobOutcome {
        let services = kind.plugin.services
        let context = CallContext(
            plugin: kind.plugin, purpose: .job(self), requestID: run.job.trace ?? run.job.id.description, actor: nil,
            deadline: run.deadline)
        self.context.withLockedValue { $0 = context }
        services.contexts.open(context)
        memory.set(context.handle)
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                waiting.withLockedValue { $0 = continuation }
                services.workers.enqueue(context.label) { self.callHandler(context) }
            }
        } onCancel: {
            context.cancel()
        }
    }

    private func callHandler(_ context: CallContext) {
        let outcome = kind.run(kind.user, memory.pointer)
        guard outcome != 2, kind.plugin.services.contexts[context.handle] != nil else { return }
        end(.failed(JobFailure("the handler failed")))
    }

    /// Ends the run.
    @discardableResult
    func end(_ outcome: JobOutcome) -> hearth_status {
        guard let context = context.withLockedValue({ $0 }) else { return Status.stale }
        let services = kind.plugin.services
        let wasInUse = context.isInUse
        guard services.contexts.close(context) else { return kind.plugin.reportStale("end") }
        self.context.withLockedValue { $0 = nil }
        services.finished(context)
        context.whenIdle {
            self.resume(
                wasInUse ? .failed(JobFailure("the handler ended while a query or transaction of its was open")) : outcome)
        }
        return wasInUse ? Status.busy : Status.ok
    }

    private func resume(_ outcome: JobOutcome) {
        let continuation = waiting.withLockedValue { waiting in
            defer { waiting = nil }
            return waiting
        }
        WorkLabel.with(.host) { continuation?.resume(returning: outcome) }
    }
}

/// The `hearth_job` of a run with its texts, in one place that lives as long as the run.
///
/// `@unchecked Sendable`: written before the handler is called only.
private final class JobMemory: @unchecked Sendable {
    let pointer: UnsafePointer<hearth_job>
    private let job: UnsafeMutablePointer<hearth_job>
    private let texts: [ForeignText]

    init(_ claimed: ClaimedJob, name: String) {
        texts = [
            name, claimed.payload, claimed.tenant ?? "", claimed.tick.map { Self.localName($0.schedule) } ?? "",
            claimed.tick?.zone ?? "",
        ].map { ForeignText($0) }
        var foreign = hearth_job()
        foreign.size = UInt32(MemoryLayout<hearth_job>.size)
        foreign.attempt = UInt32(clamping: claimed.attempt)
        claimed.id.withBytes { bytes in withUnsafeMutableBytes(of: &foreign.id) { $0.copyMemory(from: bytes) } }
        foreign.kind = texts[0].string
        let payload = texts[1].string
        foreign.payload = hearth_bytes(
            data: UnsafeRawPointer(payload.data)?.assumingMemoryBound(to: UInt8.self), length: payload.length)
        foreign.tenant = texts[2].string
        foreign.schedule = texts[3].string
        foreign.zone = texts[4].string
        foreign.tick = claimed.tick?.at ?? 0
        foreign.failures = UInt32(clamping: claimed.failures)
        foreign.is_last_try = claimed.isLastTry ? 1 : 0
        job = .allocate(capacity: 1)
        job.initialize(to: foreign)
        pointer = UnsafePointer(job)
    }

    deinit { job.deallocate() }

    func set(_ context: hearth_context) { job.pointee.context = context }

    private static func localName(_ name: String) -> String {
        name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name
    }
}
