import HearthKit

/// Mails that sum up what is unread, in the morning of each user who wants them.
enum Digests {
    private static let mail = Mail<Digest>("digest")
    private static let look = JobKind<Int>("digest", timeout: .seconds(600))
    /// How many users are looked at together.
    private static let pageSize = 100

    /// Adds the mail, and the job with its schedule: each morning one for each zone in which there are users.
    static func add(to setup: Setup) {
        setup.mail(mail)
        setup.job(look) { job, _ in
            guard let tick = job.tick else { return }
            let date = try job.context.date(at: tick.at, in: tick.zone)
            try await send(.daily, tick, on: date, by: job.context)
            if date.weekday == 0 { try await send(.weekly, tick, on: date, by: job.context) }
        }
        setup.schedule("digests", .cronOfUsers("0 7 * * *"), look, 0, overlap: .queue)
    }

    private static func send(
        _ frequency: DigestFrequency, _ tick: ScheduleTick, on date: LocalDate, by context: Context
    ) async throws {
        // A day longer than the time between two: clocks are set, hosts are late. Nothing comes twice all the same.
        let days = frequency == .daily ? 2 : 8
        let range = (tick.at + .seconds(-86_400 * days))..<tick.at
        var page: [UUID] = []
        repeat {
            page = try await context.query(DeliverySettings.readers(frequency, after: page.last, limit: pageSize))
            let users = page.isEmpty ? [] : try await context.users(page)
            let here = users.filter { $0.timezone == tick.zone && $0.notificationsEnabled }
            guard !here.isEmpty else { continue }
            try await context.transaction { transaction in
                let taken = try await transaction.query(Notification.digest(of: here.map(\.id), in: range), as: Notification.self)
                let unread = Dictionary(grouping: taken.filter { $0.readAt == nil }, by: \.userID)
                for user in here {
                    guard let notifications = unread[user.id] else { continue }
                    // What was taken commits with its mail, so a second run sends none.
                    try await transaction.send(
                        mail, Digest(of: notifications, for: user, frequency), to: .user(user.id), key: "\(user.id) \(date)")
                }
            }
        } while page.count == pageSize
    }
}
