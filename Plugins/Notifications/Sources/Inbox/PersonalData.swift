import HearthKit

/// What is known here about a user, for himself.
struct PersonalData: Output {
    let notifications: [Notification]
    let preferences: Preferences

    static let schema = Schema<PersonalData>("NotificationData") {
        Field("notifications") { $0.notifications }
        Field("preferences") { $0.preferences }
    }

    init(of user: UUID, in context: Context) async throws {
        notifications = try await context.query(Notification.all(of: user))
        preferences = try await Preferences(of: user, in: context)
    }
}
