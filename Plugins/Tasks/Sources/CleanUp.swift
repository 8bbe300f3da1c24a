import HearthKit

/// Removes, each night, tasks that were cancelled a week ago, and what was counted for days that are over. Evaluations that were
/// asked for a day ago are awaited no longer: their jobs were given up.
enum CleanUp {
    private static let job = JobKind<Int>("clean_up", timeout: .seconds(300))
    /// How many go at once, so that nobody waits for long.
    private static let pageSize = 500

    /// Registers the job and its schedule.
    static func add(to setup: Setup) {
        setup.job(job) { job, _ in
            let limit = job.context.now + .seconds(-7 * 86_400)
            while try await job.context.execute(UserTask.deletion(cancelledBefore: limit, atMost: pageSize)) == pageSize {}
            let yesterday = job.context.now + .seconds(-86_400)
            let givenUp = UserTask.forgettingEvaluations(askedBefore: yesterday, atMost: pageSize)
            while try await job.context.execute(givenUp) == pageSize {}
            try await job.context.execute(DailyLimit.expiry(before: job.context.date(in: "UTC") - 1))
        }
        setup.schedule("clean_up", .cron("20 3 * * *"), job, 0)
    }
}
