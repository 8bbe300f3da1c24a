import HearthKit

/// Removes notifications that are too old, each night.
enum CleanUp {
    private static let clean = JobKind<Int>("clean_up", timeout: .seconds(600))
    /// How many are removed together, so that others are not kept waiting.
    private static let portion = 1000

    /// Adds the job with its schedule.
    static func add(to setup: Setup) throws {
        let read = try setup.settings.integer("read_days")
        let unread = max(try setup.settings.integer("unread_days"), read)
        setup.job(clean) { job, _ in
            let (context, now) = (job.context, job.context.now)
            let expired = (read: now + .seconds(-86_400 * read), all: now + .seconds(-86_400 * unread))
            while try await context.execute(
                Notification.expiry(read: expired.read, all: expired.all, limit: portion)) == portion
            {}
            try await context.execute(Broadcast.expiry(before: expired.all))
        }
        setup.schedule("clean_up", .cron("40 3 * * *"), clean, 0)
    }
}
