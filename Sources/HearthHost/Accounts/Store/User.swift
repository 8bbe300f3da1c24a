import HearthDatabase

/// An account as it is kept.
struct User: Sendable, Equatable {
    /// What somebody may do.
    enum Role: String, Sendable {
        case user
        case admin
    }

    var id: DatabaseUUID
    var email: String
    var username: String
    var displayName: String?
    var bio: String?
    var avatarURL: String?
    /// IANA name.
    var timezone: String
    var theme: String
    /// Such as `fr`; nil for whoever has not chosen.
    var language: String?
    var isPublic: Bool
    var notificationsEnabled: Bool
    var friendCode: String
    var role: Role
    /// Microseconds since 1970-01-01 00:00 UTC.
    var createdAt: Int64
    var isDeleted: Bool
}

extension User {
    /// The columns that ``init(_:row:)`` reads, in its order.
    static let columns = """
        id, email, username, display_name, bio, avatar_url, timezone, theme, is_public, notifications_enabled, friend_code, \
        role, created_at, deleted_at, language
        """
    static let types = [
        DatabaseType.uuid, DatabaseType.text, DatabaseType.text, DatabaseType.text, DatabaseType.text, DatabaseType.text,
        DatabaseType.text, DatabaseType.text, DatabaseType.boolean, DatabaseType.boolean, DatabaseType.text, DatabaseType.text,
        DatabaseType.timestamp, DatabaseType.timestamp, DatabaseType.text,
    ]

    /// Reads a row of ``columns``; nil when a column that is never null is.
    init?(_ rows: QueryResult, row: Int) {
        guard let id = rows.uuid(row, 0), let email = rows.text(row, 1), let username = rows.text(row, 2),
            let timezone = rows.text(row, 6), let theme = rows.text(row, 7), let isPublic = rows.boolean(row, 8),
            let notificationsEnabled = rows.boolean(row, 9), let friendCode = rows.text(row, 10),
            let role = rows.text(row, 11).flatMap(Role.init), let createdAt = rows.integer(row, 12)
        else { return nil }
        self.id = id
        self.email = email
        self.username = username
        displayName = rows.text(row, 3)
        bio = rows.text(row, 4)
        avatarURL = rows.text(row, 5)
        self.timezone = timezone
        self.theme = theme
        self.isPublic = isPublic
        self.notificationsEnabled = notificationsEnabled
        self.friendCode = friendCode
        self.role = role
        self.createdAt = createdAt
        isDeleted = rows.integer(row, 13) != nil
        language = rows.text(row, 14)
    }

    /// All users of a result.
    static func all(_ rows: QueryResult) -> [User] {
        (0..<rows.rowCount).compactMap { User(rows, row: $0) }
    }
}
