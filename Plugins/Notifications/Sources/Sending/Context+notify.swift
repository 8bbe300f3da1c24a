import HearthKit

extension Context {
    /// Notifies users, each as he prefers: in this transaction, or in one of its own. Needs the same number of statements for one user
    /// and for a thousand.
    ///
    /// - Parameters:
    ///   - users: At most a thousand.
    ///   - notice: What is said. With a key, who was told before is not told again.
    /// - Returns: The new notifications, and those of earlier calls with the same key; none for users who want none of the kind.
    /// - Throws: ``Failure`` 422 for data that is too large; ``HostError`` of kind `constraint` for an unknown user.
    @discardableResult
    func notify(_ users: [UUID], of notice: Notice) async throws -> (new: [Notification], earlier: [Notification]) {
        try notice.check()
        guard !users.isEmpty else { return ([], []) }
        return try await atomically { transaction in
            let deliveries = try await transaction.deliveries(of: notice.kind, to: users)
            // Ascending, so that two who notify the same users do not wait for each other.
            let drafts = users.sorted().compactMap { user -> Notification? in
                let delivery = deliveries[user] ?? Delivery()
                guard !delivery.channels.isEmpty else { return nil }
                return Notification(id: transaction.makeID(), for: user, notice, by: delivery, at: transaction.now)
            }
            guard !drafts.isEmpty else { return ([], []) }
            let stored = Set(try await transaction.query(Notification.insertion(of: drafts), as: UUID.self))
            let new = drafts.filter { stored.contains($0.id) }
            for notification in new where !notification.isHeld && (deliveries[notification.userID] ?? Delivery()).channels.push {
                transaction.tell(notification.userID, .created, notification)
            }
            try await transaction.enqueue(
                HeldNotifications.tell,
                new.filter(\.isHeld).compactMap { held in
                    deliveries[held.userID].flatMap { delivery in
                        delivery.quietHours.map { HeldNotifications.job(for: held.userID, $0, in: delivery.zone) }
                    }
                })
            guard let key = notice.key, new.count < drafts.count else { return (new, []) }
            let repeated = drafts.filter { !stored.contains($0.id) }.map(\.userID)
            return (new, try await transaction.query(Notification.sent(to: repeated, key: key)))
        }
    }
}
