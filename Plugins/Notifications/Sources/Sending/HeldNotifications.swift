import HearthKit

/// Tells users, when their quiet hours are over, what has come meanwhile: once, however much it is.
enum HeldNotifications {
    /// For one user.
    struct Recipient: Input, Output {
        var userID = UUID.zero

        static let schema = Schema<Recipient>("HeldRecipient") {
            Field("user_id", \.userID, .required)
        }
    }

    static let tell = JobKind<Recipient>("tell_held", retry: .exponential(first: .seconds(5), retries: 8))

    /// The job for a user with these quiet hours. One at a time waits; with other hours, or elsewhere, there is another one.
    static func job(for user: UUID, _ hours: QuietHours?, in zone: String) -> (payload: Recipient, placement: JobPlacement) {
        let name = hours.map { "\($0.from) \($0.until) \(zone)" } ?? "none"
        return (Recipient(userID: user), JobPlacement(uniqueKey: "\(user) \(name)", unique: .queued))
    }

    /// Adds the job, and has it look again when a user's clock may show something else than what it waits for.
    static func add(to setup: Setup) {
        setup.observeUsers([.changed]) { transaction, change in
            let held: Int? = try await transaction.first(Notification.held(of: change.user))
            guard held ?? 0 > 0, let user = try await transaction.users([change.user]).first else { return }
            let settings = try await transaction.first(DeliverySettings.of(user.id), as: DeliverySettings.self)
            try await transaction.enqueue(tell, [job(for: user.id, settings?.quietHours, in: user.timezone)])
        }
        setup.job(tell) { job, recipient in
            let context = job.context
            guard let user = try await context.users([recipient.userID]).first else { return }
            let settings = try await context.first(DeliverySettings.of(user.id), as: DeliverySettings.self)
            let hours = settings?.quietHours
            func time(_ moment: Timestamp) throws -> LocalTime { try context.time(at: moment, in: user.timezone) }
            if let rest = try hours?.rest(at: context.now, time: time) { throw JobEnd.snooze(rest) }
            try await context.transaction { transaction in
                let held = try await transaction.execute(Notification.release(of: user.id))
                if held > 0, user.notificationsEnabled { transaction.tell(user.id, .held, HeldSummary(count: held)) }
            }
        }
    }
}
