import HearthKit

/// When a user wants to be told.
struct DeliverySettings: Row, Hashable {
    /// Nil for none.
    var quietHours: QuietHours?
    var digest = DigestFrequency.off

    init() {}

    init(row: inout RowReader) throws {
        let (from, until): (LocalTime?, LocalTime?) = (try row.next(), try row.next())
        if let from, let until { quietHours = QuietHours(from: from, until: until) }
        digest = try row.next()
    }
}

/// The settings of one of many users.
struct UserSettings: Row {
    let userID: UUID
    let settings: DeliverySettings

    init(row: inout RowReader) throws {
        userID = try row.next()
        settings = try DeliverySettings(row: &row)
    }
}

/// The statements on the table of settings.
extension DeliverySettings {
    private static let columns: SQL = "quiet_from, quiet_until, digest"

    /// Those of users who have quiet hours.
    static func quiet(of users: [UUID]) -> SQL {
        """
        SELECT user_id, \(columns) FROM notifications_settings WHERE user_id IN \(in: users) AND quiet_from IS NOT NULL
        """
    }

    /// A user's.
    static func of(_ user: UUID) -> SQL {
        "SELECT \(columns) FROM notifications_settings WHERE user_id = \(user)"
    }

    /// Users who want a digest, by id.
    static func readers(_ frequency: DigestFrequency, after user: UUID?, limit: Int) -> SQL {
        let rest: SQL = user.map { "AND user_id > \($0)" } ?? ""
        return """
            SELECT user_id FROM notifications_settings WHERE digest = \(frequency) \(rest) ORDER BY user_id LIMIT \(limit)
            """
    }

    /// Makes sure that a user has a row, which nobody else changes until the transaction ends.
    static func opening(of user: UUID) -> SQL {
        """
        INSERT INTO notifications_settings (user_id, digest) VALUES (\(user), \(DigestFrequency.off))
        ON CONFLICT (user_id) DO UPDATE SET digest = notifications_settings.digest
        """
    }

    /// Stores a user's.
    func update(of user: UUID) -> SQL {
        """
        UPDATE notifications_settings
        SET quiet_from = \(quietHours?.from), quiet_until = \(quietHours?.until), digest = \(digest) WHERE user_id = \(user)
        """
    }
}
