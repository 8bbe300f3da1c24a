public import HearthKit

/// The inbox of each user, and how he wants to be told of what is in it.
///
/// Whatever is to be said goes through `Context.notify`: other plugins come by the service `notifications/1`, habits that are due by
/// an event, administrators by a broadcast. It keeps the notification, and tells the user's devices when the transaction commits, or
/// after his quiet hours.
public struct NotificationsPlugin: Plugin {
    /// As in `plugin.toml`.
    public static let id: StaticString = "notifications"
    /// As in `plugin.toml`.
    public static let version: StaticString = "1.0.0"

    /// Registers service, routes, subscriber and jobs.
    public init(_ setup: Setup) throws {
        setup.provide("notifications/1") {
            ProvidedMethod(
                ServiceMethod<Message, Sent>("notifications/1", "send"),
                "Notifies a user. With a key, once for all calls of that user and key.",
                serve: { context, message in
                    let (new, earlier) = try await context.notify([message.userID], of: message.notice)
                    return Sent(id: (new + earlier).first?.id)
                })
        }
        setup.routes(tag: "Notifications").addInbox()
        setup.routes(tag: "Notifications").addPreferences()
        setup.routes(tag: "Notifications", access: .admin).addBroadcasts()
        HabitReminders.add(to: setup)
        HeldNotifications.add(to: setup)
        Broadcasting.add(to: setup)
        Digests.add(to: setup)
        try CleanUp.add(to: setup)
        setup.exportUserData { try await PersonalData(of: $1, in: $0) }
    }
}
