import HearthKit

/// What a user's devices are told at once, over the host's `/api/ws`.
enum LiveUpdate: String {
    /// A notification has come: the notification itself.
    case created = "notification.created"
    /// What has come during the quiet hours, all at once: a ``HeldSummary``.
    case held = "notification.held"
    /// One was read on another device, or all: an ``InboxChange``.
    case read = "notification.read"
    /// One was removed: an ``InboxChange``.
    case deleted = "notification.deleted"
}

/// What has changed in an inbox.
struct InboxChange: Output {
    /// Nil for all that were unread.
    let id: UUID?

    static let schema = Schema<InboxChange>("InboxChange") {
        Field("id") { $0.id }
    }
}

/// What has come during the quiet hours.
struct HeldSummary: Output {
    let count: Int

    static let schema = Schema<HeldSummary>("HeldSummary") {
        Field("count") { $0.count }
    }
}

extension Context {
    /// Tells the devices of a user; in a transaction, when that commits.
    func tell(_ user: UUID, _ update: LiveUpdate, _ data: some JSONEncodable) {
        // A device that is told nothing shows what it has until it asks: no reason to fail, as without the grant.
        try? realtime.publish(update.rawValue, data, to: .user(user))
    }
}
