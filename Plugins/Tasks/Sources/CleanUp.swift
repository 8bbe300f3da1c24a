import HearthKit

/// Removes cancelled tasks after a week, each night.
enum CleanUp {
    private static let job = JobKind<Int>("cleanup_cancelled_tasks", timeout: .seconds(300))
    /// How many go at once, so that nobody waits for long.
    private static let pageSize = 500

    /// Registers the job and its schedule.
    static func add(to setup: Setup) {
        setup.job(job) { job, _ in
            let limit = job.context.now + .seconds(-7 * 86_400)
            while try await job.context.execute(UserTask.deletion(cancelledBefore: limit, atMost: pageSize)) == pageSize {}
        }
        setup.schedule("cleanup_cancelled_tasks", .cron("20 3 * * *"), job, 0)
    }
}
