import HearthKit

/// The statements on the table of notifications. Each that a user asks for names him: what belongs to others does not exist.
extension Notification {
    private static let columns: SQL = """
        id, user_id, kind, title_en, title_fr, body_en, body_fr, data, unique_key, in_inbox, in_digest, is_held, read_at, created_at
        """

    // MARK: Sending

    /// Stores notifications and tells the ids of those that are new: who has one of the same key keeps that.
    static func insertion(of notifications: [Notification]) -> SQL {
        """
        INSERT INTO notifications (\(columns)) VALUES \(SQL(notifications.map(\.values)))
        ON CONFLICT (user_id, unique_key) DO NOTHING RETURNING id
        """
    }

    private var values: SQL {
        """
        (\(id), \(userID), \(kind), \(title.en), \(title.fr), \(body.en), \(body.fr), \(data.map(JSONValue.object)), \(key), \(isInInbox), \(isInDigest), \
        \(isHeld), \(readAt), \(createdAt))
        """
    }

    /// What users were sent with a key.
    static func sent(to users: [UUID], key: String) -> SQL {
        "SELECT \(columns) FROM notifications WHERE user_id IN \(in: users) AND unique_key = \(key)"
    }

    // MARK: The inbox

    /// A page of a user's inbox, the latest first.
    static func page(of user: UUID, _ query: InboxQuery, limit: Int) -> SQL {
        let unread: SQL = query.isUnread ? "AND read_at IS NULL" : ""
        let before: SQL = query.before.map { "AND id < \($0)" } ?? ""
        let kind: SQL = query.kind.map { "AND kind = \($0)" } ?? ""
        return """
            SELECT \(columns) FROM notifications WHERE user_id = \(user) AND in_inbox \(unread) \(before) \(kind)
            ORDER BY id DESC LIMIT \(limit)
            """
    }

    /// A notification in a user's inbox.
    static func one(_ id: UUID, of user: UUID) -> SQL {
        "SELECT \(columns) FROM notifications WHERE id = \(id) AND user_id = \(user) AND in_inbox"
    }

    /// How many in a user's inbox are unread.
    static func unread(of user: UUID) -> SQL {
        "SELECT count(*) FROM notifications WHERE user_id = \(user) AND in_inbox AND read_at IS NULL"
    }

    /// Notes that one was read, and gives it; nothing when it was read before.
    static func reading(_ id: UUID, of user: UUID, at now: Timestamp) -> SQL {
        """
        UPDATE notifications SET read_at = \(now), is_held = FALSE
        WHERE id = \(id) AND user_id = \(user) AND in_inbox AND read_at IS NULL RETURNING \(columns)
        """
    }

    /// Notes that all were read.
    static func readingAll(of user: UUID, at now: Timestamp) -> SQL {
        "UPDATE notifications SET read_at = \(now), is_held = FALSE WHERE user_id = \(user) AND in_inbox AND read_at IS NULL"
    }

    /// Takes one out of the inbox. The row stays for as long as one that was read, so that its key still stands for it.
    static func removal(_ id: UUID, of user: UUID, at now: Timestamp) -> SQL {
        """
        UPDATE notifications
        SET in_inbox = FALSE, in_digest = FALSE, is_held = FALSE, read_at = coalesce(read_at, \(now)), title_en = '', title_fr = '',
            body_en = '', body_fr = '', data = NULL
        WHERE id = \(id) AND user_id = \(user) AND in_inbox
        """
    }

    // MARK: Later

    /// How many are held back for a user.
    static func held(of user: UUID) -> SQL { "SELECT count(*) FROM notifications WHERE user_id = \(user) AND is_held" }

    /// Holds nothing back any more for a user. What was read or removed meanwhile was not.
    static func release(of user: UUID) -> SQL {
        "UPDATE notifications SET is_held = FALSE WHERE user_id = \(user) AND is_held"
    }

    /// Takes what waits for the mails of users, and gives it, unread or not.
    ///
    /// - Parameters:
    ///   - users: Whose.
    ///   - days: What is older or newer stays.
    static func digest(of users: [UUID], in days: Range<Timestamp>) -> SQL {
        """
        UPDATE notifications SET in_digest = FALSE
        WHERE user_id IN \(in: users) AND in_digest AND created_at >= \(days.lowerBound) AND created_at < \(days.upperBound)
        RETURNING \(columns)
        """
    }

    /// Removes some that are too old.
    ///
    /// - Parameters:
    ///   - read: When those were made that go if they were read.
    ///   - all: When those were made that go in any case.
    static func expiry(read: Timestamp, all: Timestamp, limit: Int) -> SQL {
        """
        DELETE FROM notifications WHERE id IN (
            SELECT id FROM notifications
            WHERE created_at < \(max(read, all)) AND (created_at < \(all) OR read_at IS NOT NULL AND created_at < \(read))
            LIMIT \(limit))
        """
    }

    /// All that is known of a user, the latest first.
    static func all(of user: UUID) -> SQL {
        "SELECT \(columns) FROM notifications WHERE user_id = \(user) AND in_inbox ORDER BY id DESC"
    }
}
