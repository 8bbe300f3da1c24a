import HearthDatabase

/// What somebody did, as it is kept for administrators.
struct AuditEntry: Sendable {
    let id: DatabaseUUID
    /// Microseconds since 1970.
    let at: Int64
    /// Whose entry it is: a plugin's.
    let plugin: String
    /// Who did it; nil for nobody, and for a user who has been erased.
    let actor: DatabaseUUID?
    /// A stable word.
    let action: String
    /// What it was done to; may be empty.
    let subject: String
    /// A JSON object; nil for none.
    let details: String?
    /// In which request.
    let requestID: String

    /// The statement that adds it.
    var insertion: Statement {
        Statement(
            """
            INSERT INTO hearth_audit (id, created_at, plugin, actor_id, action, subject, details, request_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .uuid(id), .timestamp(at), .text(plugin), actor.map { .uuid($0) } ?? .null, .text(action), .text(subject),
                details.map { .json($0) } ?? .null, .text(requestID),
            ])
    }

    static let columns = "id, created_at, plugin, actor_id, action, subject, details, request_id"
    static let types = [
        DatabaseType.uuid, DatabaseType.timestamp, DatabaseType.text, DatabaseType.uuid, DatabaseType.text, DatabaseType.text,
        DatabaseType.json, DatabaseType.text,
    ]

    /// Reads a row of ``columns``; nil when a column that is never null is.
    init?(_ rows: QueryResult, row: Int) {
        guard let id = rows.uuid(row, 0), let at = rows.integer(row, 1), let plugin = rows.text(row, 2),
            let action = rows.text(row, 4), let subject = rows.text(row, 5), let requestID = rows.text(row, 7)
        else { return nil }
        self.init(
            id: id, at: at, plugin: plugin, actor: rows.uuid(row, 3), action: action, subject: subject,
            details: rows.text(row, 6), requestID: requestID)
    }

    init(
        id: DatabaseUUID, at: Int64, plugin: String, actor: DatabaseUUID?, action: String, subject: String, details: String?,
        requestID: String
    ) {
        self.id = id
        self.at = at
        self.plugin = plugin
        self.actor = actor
        self.action = action
        self.subject = subject
        self.details = details
        self.requestID = requestID
    }

    /// The table; entries stay when the user who acted is erased, without him.
    static let schema = """
        CREATE TABLE hearth_audit (
            id uuid PRIMARY KEY,
            created_at timestamp NOT NULL,
            plugin text NOT NULL,
            actor_id uuid REFERENCES users(id) ON DELETE SET NULL,
            action text NOT NULL,
            subject text NOT NULL,
            details json,
            request_id text NOT NULL
        );
        CREATE INDEX hearth_audit_created_at ON hearth_audit (created_at, id);
        CREATE INDEX hearth_audit_actor ON hearth_audit (actor_id, created_at, id);
        CREATE INDEX hearth_audit_action ON hearth_audit (action, created_at, id);
        CREATE INDEX hearth_audit_subject ON hearth_audit (subject, created_at, id);
        """
}
