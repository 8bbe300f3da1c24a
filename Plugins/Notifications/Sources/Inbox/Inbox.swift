import HearthKit

/// Which notifications to list.
struct InboxQuery: Input {
    var isUnread = false
    var kind: String?
    var before: UUID?
    var limit = 20

    static let schema = Schema<InboxQuery>("InboxQuery") {
        Field("unread", \.isUnread, .docs("Only those that are unread."))
        Field("kind", \.kind, .notificationKind, .docs("Only those of a kind."))
        Field("before", \.before, .docs("`next` of the page before."))
        Field("limit", \.limit, .range(1...100))
    }
}

/// A page of notifications.
struct Inbox: Output {
    let notifications: [Notification]
    let next: UUID?
    let unread: Int

    static let schema = Schema<Inbox>("Inbox") {
        Field("notifications") { $0.notifications }
        Field("next", .docs("Where the next page begins; null on the last one.")) { $0.next }
        Field("unread", .docs("How many are unread in all.")) { $0.unread }
    }
}

/// How many are unread.
struct Unread: Output {
    let count: Int

    static let schema = Schema<Unread>("UnreadNotifications") {
        Field("unread") { $0.count }
    }
}

/// How many were read at once.
struct ReadAll: Output {
    let count: Int

    static let schema = Schema<ReadAll>("ReadNotifications") {
        Field("read", .docs("How many were unread.")) { $0.count }
    }
}
