import HearthKit

/// What another plugin has to say to a user.
struct Message: Input {
    var userID = UUID.zero
    var notice = Notice()

    static let schema = Schema<Message>("NotificationMessage") {
        Field("user_id", \.userID, .required)
        Include(\.notice)
    }
}

/// What became of it.
struct Sent: Output {
    let id: UUID?

    static let schema = Schema<Sent>("SentNotification") {
        Field("id", .docs("Of the notification; null when the user wants none of the kind.")) { $0.id }
    }
}
