import HearthKit

/// Tells all users, page by page: each page is a job that enqueues the next one in its own transaction, so that requests find the
/// database free in between, and a host that dies leaves off between two pages.
enum Broadcasting {
    /// Some of the users.
    struct Page: Input, Output {
        var broadcastID = UUID.zero
        /// The last user of the page before; nil for the first page.
        var after: UUID?

        static let schema = Schema<Page>("BroadcastPage") {
            Field("broadcast_id", \.broadcastID, .required)
            Field("after", \.after)
        }
    }

    private static let tell = JobKind<Page>("broadcast", retry: .exponential(first: .seconds(5), retries: 10), options: lastly)
    /// How many users are told together.
    private static let pageSize = 200

    /// Whatever somebody waits for comes first.
    private static var lastly: JobOptions {
        var options = JobOptions()
        options.priority = 9
        return options
    }

    /// Enqueues a page; once, however often the page before it runs.
    static func begin(_ page: Page, on transaction: Context) async throws {
        let name = page.after.map { "\($0)" } ?? "first"
        try await transaction.enqueue(tell, page, JobPlacement(uniqueKey: "\(page.broadcastID) \(name)", unique: .kept))
    }

    /// Adds the job.
    static func add(to setup: Setup) {
        setup.job(tell) { job, page in
            let context = job.context
            let found = try await context.first(Broadcast.one(page.broadcastID), as: Broadcast.self)
            guard let broadcast = found else { return }
            let users = try await context.users(after: page.after, limit: pageSize).map(\.id)
            try await context.transaction { transaction in
                // Of a page that comes again after a crash only those are new who were not told.
                let told = try await transaction.notify(users, of: broadcast.message).new.count
                let isLast = users.count < pageSize
                try await transaction.execute(
                    Broadcast.progress(of: broadcast.id, by: told, finishedAt: isLast ? transaction.now : nil))
                if !isLast { try await begin(Page(broadcastID: broadcast.id, after: users.last), on: transaction) }
            }
        }
    }
}

extension Context {
    /// Begins to tell all users.
    ///
    /// - Parameter notice: With a key, one that was begun before is not begun again.
    /// - Returns: The broadcast.
    func broadcast(_ notice: Notice) async throws -> Broadcast {
        try notice.check()
        return try await transaction { transaction in
            let broadcast = Broadcast(id: transaction.makeID(), notice, at: transaction.now)
            guard try await transaction.execute(broadcast.insertion) > 0 else {
                let before = try await transaction.first(Broadcast.one(key: notice.key), as: Broadcast.self)
                guard let before else { throw HostError(.failed, message: "a broadcast has vanished") }
                return before
            }
            try await Broadcasting.begin(Broadcasting.Page(broadcastID: broadcast.id), on: transaction)
            try await transaction.audit(
                "notifications.broadcast", subject: "broadcast:\(broadcast.id)", details: ["title": .string(notice.title.en)])
            return broadcast
        }
    }
}
