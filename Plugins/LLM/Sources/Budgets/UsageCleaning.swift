import HearthKit

/// Forgets what was used long ago: nobody can ask for it any more.
enum UsageCleaning {
    /// Days of UTC that are kept; longer than anybody can look back.
    private static let daysKept = 400
    private static let clean = JobKind<Int>("clean_usage")

    /// Registers the job, on the first of each month.
    static func add(to setup: Setup) {
        setup.job(clean) { job, _ in
            let day = try job.context.date(in: "UTC") - daysKept
            try await job.context.execute(Usage.removal(before: day))
        }
        setup.schedule("usage", .cron("20 3 1 * *"), clean, 0)
    }
}
