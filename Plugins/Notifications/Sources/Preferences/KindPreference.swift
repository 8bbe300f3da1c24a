import HearthKit

/// Where a user wants notifications of a kind.
struct KindPreference: Input, Output, Hashable {
    var kind = ""
    var channels = Channels()

    static let schema = Schema<KindPreference>("NotificationKindPreference") {
        Field("kind", \.kind, .required, .notificationKind, .example("level_up"))
        Field("inbox", \.channels.inbox, .docs("Kept in the inbox."))
        Field("push", \.channels.push, .docs("Told to connected devices at once."))
        Field("mail", \.channels.mail, .docs("Told in the digest, if one is wanted."))
    }

    /// Kinds that first-party plugins send, so that a user sees them before they come.
    static let known = [
        "badge_unlocked", "broadcast", "combat_challenge", "combat_result", "friend_accepted", "friend_request", "habit_reminder",
        "level_up", "streak_warning", "task_due", "task_evaluated",
    ]
}

/// A stored preference.
struct UserPreference: Row {
    let userID: UUID
    let preference: KindPreference

    var channels: Channels { preference.channels }

    init(row: inout RowReader) throws {
        userID = try row.next()
        preference = KindPreference(
            kind: try row.next(),
            channels: Channels(inbox: try row.next(), push: try row.next(), mail: try row.next()))
    }
}

/// The statements on the table of preferences.
extension KindPreference {
    private static let columns: SQL = "user_id, kind, inbox, push, mail"

    /// Those of users for a kind.
    static func of(_ users: [UUID], kind: String) -> SQL {
        "SELECT \(columns) FROM notifications_preferences WHERE kind = \(kind) AND user_id IN \(in: users)"
    }

    /// All of a user.
    static func all(of user: UUID) -> SQL {
        "SELECT \(columns) FROM notifications_preferences WHERE user_id = \(user) ORDER BY kind"
    }

    /// Stores preferences of a user, of different kinds.
    static func storing(_ preferences: [KindPreference], of user: UUID) -> SQL {
        let rows = preferences.map { preference -> SQL in
            let channels = preference.channels
            return "(\(user), \(preference.kind), \(channels.inbox), \(channels.push), \(channels.mail))"
        }
        return """
            INSERT INTO notifications_preferences (\(columns)) VALUES \(SQL(rows))
            ON CONFLICT (user_id, kind) DO UPDATE SET inbox = excluded.inbox, push = excluded.push, mail = excluded.mail
            """
    }
}
