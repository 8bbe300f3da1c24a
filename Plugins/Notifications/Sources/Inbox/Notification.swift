import HearthKit

/// Something that a user was told.
struct Notification: Row, Equatable {
    /// Ascends with time.
    let id: UUID
    let userID: UUID
    let kind: String
    let title: LocalizedText
    let body: LocalizedText
    /// For programs.
    let data: JSONObject?
    /// The same key is the same notification.
    let key: String?
    /// Whether it is in the inbox.
    let isInInbox: Bool
    /// Whether it waits for the next mail.
    let isInDigest: Bool
    /// Whether it waits for the end of the user's quiet hours.
    let isHeld: Bool
    let readAt: Timestamp?
    let createdAt: Timestamp

    init(id: UUID, for user: UUID, _ notice: Notice, by delivery: Delivery, at now: Timestamp) {
        self.id = id
        userID = user
        kind = notice.kind
        title = notice.title
        body = notice.body
        data = notice.data
        key = notice.key
        isInInbox = delivery.channels.inbox
        isInDigest = delivery.channels.mail
        isHeld = delivery.quietHours != nil
        readAt = nil
        createdAt = now
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        userID = try row.next()
        kind = try row.next()
        title = LocalizedText(en: try row.next(), fr: try row.next())
        body = LocalizedText(en: try row.next(), fr: try row.next())
        data = try JSONObject(stored: row.next())
        key = try row.next()
        isInInbox = try row.next()
        isInDigest = try row.next()
        isHeld = try row.next()
        readAt = try row.next()
        createdAt = try row.next()
    }
}

extension Notification: Output {
    static let schema = Schema<Notification>("Notification") {
        Field("id") { $0.id }
        Field("kind") { $0.kind }
        Field("title", .docs("In each language: choose one.")) { $0.title }
        Field("body") { $0.body }
        Field("data", .docs("For programs, such as the ids of what it is about.")) { $0.data }
        Field("is_read") { $0.readAt != nil }
        Field("read_at") { $0.readAt }
        Field("created_at") { $0.createdAt }
    }
}
