import HearthKit

/// Something that all users are told.
struct Broadcast: Row, Output {
    let id: UUID
    let notice: Notice
    /// Who has been told so far; without those who want none of the kind.
    let recipients: Int
    let createdAt: Timestamp
    let finishedAt: Timestamp?

    static let schema = Schema<Broadcast>("NotificationBroadcast") {
        Field("id") { $0.id }
        Field("kind") { $0.notice.kind }
        Field("title") { $0.notice.title }
        Field("body") { $0.notice.body }
        Field("data") { $0.notice.data }
        Field("recipients", .docs("So far; without those who want none of the kind.")) { $0.recipients }
        Field("created_at") { $0.createdAt }
        Field("finished_at", .docs("Null while users are still being told.")) { $0.finishedAt }
    }

    init(id: UUID, _ notice: Notice, at now: Timestamp) {
        self.id = id
        self.notice = notice
        recipients = 0
        createdAt = now
        finishedAt = nil
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        notice = Notice(
            kind: try row.next(), title: LocalizedText(en: try row.next(), fr: try row.next()),
            body: LocalizedText(en: try row.next(), fr: try row.next()), data: try JSONObject(stored: row.next()),
            key: try row.next())
        recipients = try row.next()
        createdAt = try row.next()
        finishedAt = try row.next()
    }

    /// What each user is sent: nobody has it twice.
    var message: Notice {
        var message = notice
        message.key = "broadcast \(id)"
        return message
    }
}

/// The statements on the table of broadcasts.
extension Broadcast {
    private static let columns: SQL = """
        id, kind, title_en, title_fr, body_en, body_fr, data, unique_key, recipients, created_at, finished_at
        """

    /// Adds this one, unless there is one of its key.
    var insertion: SQL {
        """
        INSERT INTO notifications_broadcasts (\(Self.columns))
        VALUES (\(id), \(notice.kind), \(notice.title.en), \(notice.title.fr), \(notice.body.en), \(notice.body.fr),
            \(notice.data.map(JSONValue.object)), \(notice.key), \(recipients), \(createdAt), \(finishedAt))
        ON CONFLICT (unique_key) DO NOTHING
        """
    }

    static func one(_ id: UUID) -> SQL { "SELECT \(columns) FROM notifications_broadcasts WHERE id = \(id)" }

    static func one(key: String?) -> SQL { "SELECT \(columns) FROM notifications_broadcasts WHERE unique_key = \(key)" }

    /// Counts users who were told.
    static func progress(of id: UUID, by recipients: Int, finishedAt: Timestamp?) -> SQL {
        """
        UPDATE notifications_broadcasts
        SET recipients = recipients + \(recipients), finished_at = coalesce(finished_at, \(finishedAt)) WHERE id = \(id)
        """
    }

    /// Removes those that are too old.
    static func expiry(before moment: Timestamp) -> SQL {
        "DELETE FROM notifications_broadcasts WHERE finished_at < \(moment)"
    }
}
