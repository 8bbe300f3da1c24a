import HearthKit

extension Routes {
    /// Adds the routes of a user's own preferences.
    func addPreferences() {
        route(.get, "/notifications/preferences", "Show how I want to be told") { request in
            try await Preferences(of: request.user.id, in: request.context)
        }
        route(
            .put, "/notifications/preferences", "Change how I want to be told", body: PreferencesUpdate.self,
            options: RouteOptions(
                failures: [.tooManyKinds],
                docs: """
                    In the quiet hours devices are told nothing. What comes meanwhile is in the inbox, and told at once, as one, when \
                    they are over.
                    """)
        ) { request in
            try await request.context.change(request.body, by: request.user)
        }
    }
}

extension Context {
    /// Changes a user's preferences in a transaction.
    fileprivate func change(_ update: PreferencesUpdate, by actor: ContextInfo.Actor) async throws -> Preferences {
        let user = actor.id
        return try await transaction { transaction in
            try await transaction.execute(DeliverySettings.opening(of: user))
            let before = try await transaction.first(DeliverySettings.of(user), as: DeliverySettings.self) ?? DeliverySettings()
            var after = before
            if case .value(let hours) = update.quietHours { after.quietHours = hours }
            after.digest = update.digest.applied(to: before.digest)
            if after != before { try await transaction.execute(after.update(of: user)) }
            let kinds = update.preferences
            if !kinds.isEmpty { try await transaction.execute(KindPreference.storing(kinds, of: user)) }
            // What was held back for the hours that were is told by those that are.
            if after.quietHours != before.quietHours {
                let job = HeldNotifications.job(for: user, after.quietHours, in: actor.timezone)
                try await transaction.enqueue(HeldNotifications.tell, [job])
            }
            let preferences = try await Preferences(of: user, in: transaction)
            guard preferences.kinds.count <= kindLimit else { throw Failure.tooManyKinds }
            return preferences
        }
    }
}

/// How many kinds a user may have an opinion of.
private let kindLimit = 200

extension Failure {
    fileprivate static let tooManyKinds = badRequest("There can be preferences for at most \(kindLimit) kinds")
}
