import HearthKit

/// How something of a kind reaches a user at the moment.
struct Delivery {
    var channels = Channels()
    /// Those that he is in, if he is to be pushed: it waits for their end.
    var quietHours: QuietHours?
    /// Where he is.
    var zone = "UTC"
}

extension Context {
    /// How something of a kind reaches users at the moment, found with three statements. Those whom nobody knows are left out.
    func deliveries(of kind: String, to users: [UUID]) async throws -> [UUID: Delivery] {
        let (preferences, settings) = try await query(
            KindPreference.of(users, kind: kind).rows(UserPreference.self),
            DeliverySettings.quiet(of: users).rows(UserSettings.self))
        let channels = Dictionary(preferences.map { ($0.userID, $0.channels) }, uniquingKeysWith: { first, _ in first })
        let quietHours = Dictionary(
            settings.compactMap { user in user.settings.quietHours.map { (user.userID, $0) } },
            uniquingKeysWith: { first, _ in first })
        var deliveries: [UUID: Delivery] = [:]
        for user in try await self.users(users) {
            var delivery = Delivery(channels: channels[user.id] ?? Channels(), zone: user.timezone)
            if !user.notificationsEnabled { delivery.channels = delivery.channels.silent }
            if delivery.channels.push, let hours = quietHours[user.id], hours.contains(try time(in: user.timezone)) {
                delivery.quietHours = hours
            }
            deliveries[user.id] = delivery
        }
        return deliveries
    }
}
