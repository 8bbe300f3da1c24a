import HearthJobs
import Logging

/// Counts and tells what happens to jobs.
struct JobObserver: Sendable {
    let metrics: MetricsRegistry
    let logger: Logger

    func see(_ event: JobEvent) {
        switch event {
        case .started(let kind, let queue, let waited):
            measure("job_wait_seconds", kind, queue, waited)
        case .finished(let kind, let queue, let state, let took):
            let outcome = state.map { $0 == .scheduled || $0 == .available ? "retried" : $0.name } ?? "lost"
            measure("job_duration_seconds", kind, queue, took)
            _ = metrics.record(
                .counter, "jobs_finished_total", [("kind", kind), ("queue", queue), ("outcome", outcome)], 1, owner: "hearth")
        case .stuck(let kind, let id):
            logger.warning("A job goes on after its time", metadata: ["kind": "\(kind)", "job": "\(id)"])
        case .leaseLost: logger.warning("This host was taken for dead: its jobs are others' now")
        case .reaped(let count):
            logger.notice("Jobs of hosts that are gone were taken over", metadata: ["count": "\(count)"])
        case .trouble(let reason): logger.warning("Jobs: \(reason)")
        }
    }

    /// A job was enqueued; its transaction may still be rolled back.
    func enqueued(_ job: NewJob) {
        _ = metrics.record(.counter, "jobs_enqueued_total", [("kind", job.kind), ("queue", job.queue)], 1, owner: "hearth")
    }

    private func measure(_ name: String, _ kind: String, _ queue: String, _ duration: Duration) {
        _ = metrics.record(.histogram, name, [("kind", kind), ("queue", queue)], duration / .seconds(1), owner: "hearth")
    }
}
