import HearthDatabase
import HearthJSON
import HearthJobs

/// The webhooks in the database.
struct WebhookStore: Sendable {
    let database: any Database

    private static let columns = "id, user_id, url, events, secret, is_enabled, failures, disabled_reason, created_at"
    private static let types = [
        DatabaseType.uuid, DatabaseType.uuid, DatabaseType.text, DatabaseType.json, DatabaseType.text, DatabaseType.boolean,
        DatabaseType.integer, DatabaseType.text, DatabaseType.timestamp,
    ]

    /// Whose webhooks are meant.
    static func condition(_ owner: DatabaseUUID?, _ number: Int) -> (sql: String, parameters: [DatabaseValue]) {
        owner.map { ("user_id = $\(number)", [.uuid($0)]) } ?? ("user_id IS NULL", [])
    }

    /// All of a user, or of the operators.
    func all(of owner: DatabaseUUID?) async throws(DatabaseError) -> [Webhook] {
        let (condition, parameters) = Self.condition(owner, 1)
        return Self.read(
            try await database.query(
                "SELECT \(Self.columns) FROM hearth_webhooks WHERE \(condition) ORDER BY id", parameters, columns: Self.types,
                scope: .host))
    }

    /// One by its id.
    func webhook(_ id: DatabaseUUID) async throws(DatabaseError) -> Webhook? {
        Self.read(
            try await database.query(
                "SELECT \(Self.columns) FROM hearth_webhooks WHERE id = $1", [.uuid(id)], columns: Self.types, scope: .host)
        ).first
    }

    private static func read(_ rows: QueryResult) -> [Webhook] {
        (0..<rows.rowCount).compactMap { row in
            guard let id = rows.uuid(row, 0), let url = rows.text(row, 2), let events = rows.text(row, 3),
                case .array(let names)? = try? JSONValue(parsing: events), let secret = rows.text(row, 4),
                let isEnabled = rows.boolean(row, 5), let failures = rows.integer(row, 6), let createdAt = rows.integer(row, 8)
            else { return nil }
            return Webhook(
                id: id, userID: rows.uuid(row, 1), url: url,
                events: names.compactMap { if case .string(let name) = $0 { name } else { nil } }, secret: secret,
                isEnabled: isEnabled, failures: Int(failures), disabledReason: rows.text(row, 7), createdAt: createdAt)
        }
    }

    /// Adds a webhook, unless its owner has as many as there may be.
    ///
    /// - Returns: whether it was added
    func add(_ webhook: Webhook) async throws -> Bool {
        try await database.transaction(TransactionOptions(scope: .host)) { transaction in
            // Two at the same time must not both be the last one.
            if let owner = webhook.userID {
                _ = try await transaction.query(
                    "SELECT id FROM users WHERE id = $1 FOR UPDATE", [.uuid(owner)], columns: [DatabaseType.uuid])
            }
            let (condition, parameters) = Self.condition(webhook.userID, 1)
            let count = try await transaction.query(
                "SELECT count(*) FROM hearth_webhooks WHERE \(condition)", parameters, columns: [DatabaseType.integer])
            guard count.integer(0, 0) ?? 0 < Webhook.limit else { return false }
            _ = try await transaction.batch(Self.saving(webhook))
            return true
        }
    }

    /// Changes a webhook, and what it subscribes to.
    ///
    /// - Parameter jobs: where what waits for another try is due now; nil to let it wait
    func save(_ webhook: Webhook, hastening jobs: JobStore?) async throws(DatabaseError) {
        var statements = Self.saving(webhook)
        if let jobs {
            statements.append(jobs.hastening(queue: WebhookSender.queue, serialKeysAfter: webhook.subscriber))
        }
        _ = try await database.batch(statements, scope: .host)
        jobs?.bell.ring([WebhookSender.queue])
    }

    private static func saving(_ webhook: Webhook) -> [Statement] {
        let events = JSONValue.array(webhook.events.map { .string($0) }).text
        var statements = [
            Statement(
                """
                INSERT INTO hearth_webhooks (\(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                ON CONFLICT (id) DO UPDATE SET url = excluded.url, events = excluded.events, is_enabled = excluded.is_enabled,
                failures = excluded.failures, disabled_reason = excluded.disabled_reason
                """,
                [
                    .uuid(webhook.id), webhook.userID.map { .uuid($0) } ?? .null, .text(webhook.url), .json(events),
                    .text(webhook.secret), .boolean(webhook.isEnabled), .integer(Int64(webhook.failures)),
                    webhook.disabledReason.map { .text($0) } ?? .null, .timestamp(webhook.createdAt),
                ]),
            unsubscription(webhook.id),
        ]
        for event in webhook.isEnabled ? webhook.events : [] {
            statements.append(
                Statement(
                    "INSERT INTO hearth_event_subscribers (id, event, only_key, since) VALUES ($1, $2, $3, $4)",
                    [
                        .text(webhook.subscriber), .text(event), webhook.userID.map { .text("\($0)") } ?? .null,
                        .timestamp(webhook.createdAt),
                    ]))
        }
        return statements
    }

    private static func unsubscription(_ id: DatabaseUUID) -> Statement {
        Statement("DELETE FROM hearth_event_subscribers WHERE id = $1", [.text(Webhook.prefix + "\(id)")])
    }

    /// Removes a webhook; what it was to be told is dropped.
    func remove(_ id: DatabaseUUID) async throws(DatabaseError) {
        _ = try await database.batch(
            [Self.unsubscription(id), Statement("DELETE FROM hearth_webhooks WHERE id = $1", [.uuid(id)])], scope: .host)
    }

    /// One attempt of a delivery.
    struct Attempt: Sendable {
        let event: String
        let key: String
        let number: Int64
        let attempt: Int
        /// What the receiver has answered; nil when it has not.
        let status: Int?
        /// nil when it has taken the event.
        let error: String?
        let at: Int64
    }

    /// How many attempts are kept of each webhook.
    private static let kept = 100

    /// Notes an attempt, and what it says about the receiver.
    ///
    /// - Parameter isGone: whether nothing is to be sent there any more
    func note(_ attempt: Attempt, id: DatabaseUUID, of webhook: Webhook, isGone: Bool) async throws(DatabaseError) {
        let isFailed = attempt.error != nil
        var statements = [
            Statement(
                """
                INSERT INTO hearth_webhook_attempts (id, webhook_id, event, key, number, attempt, status, error, at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                [
                    .uuid(id), .uuid(webhook.id), .text(attempt.event), .text(attempt.key), .integer(attempt.number),
                    .integer(Int64(attempt.attempt)), attempt.status.map { .integer(Int64($0)) } ?? .null,
                    attempt.error.map { .text($0) } ?? .null, .timestamp(attempt.at),
                ]),
            Statement(
                """
                DELETE FROM hearth_webhook_attempts WHERE webhook_id = $1 AND id < (
                SELECT id FROM hearth_webhook_attempts WHERE webhook_id = $1 ORDER BY id DESC LIMIT 1 OFFSET \(Self.kept - 1))
                """, [.uuid(webhook.id)]),
            Statement(
                isFailed
                    ? "UPDATE hearth_webhooks SET failures = failures + 1 WHERE id = $1"
                    : "UPDATE hearth_webhooks SET failures = 0 WHERE id = $1", [.uuid(webhook.id)]),
        ]
        if isFailed {
            statements += [
                Statement(
                    """
                    UPDATE hearth_webhooks SET is_enabled = FALSE, disabled_reason = $2
                    WHERE id = $1 AND is_enabled AND failures >= $3
                    """,
                    [
                        .uuid(webhook.id),
                        .text(isGone ? "The receiver wants nothing more" : "\(Webhook.patience) deliveries in a row have failed"),
                        .integer(Int64(isGone ? 1 : Webhook.patience)),
                    ]),
                Statement(
                    """
                    DELETE FROM hearth_event_subscribers WHERE id = $1
                    AND EXISTS (SELECT 1 FROM hearth_webhooks WHERE hearth_webhooks.id = $2 AND NOT is_enabled)
                    """, [.text(webhook.subscriber), .uuid(webhook.id)]),
            ]
        }
        _ = try await database.batch(statements, scope: .host)
    }

    /// The last attempts, the latest first.
    func attempts(of id: DatabaseUUID) async throws(DatabaseError) -> [Attempt] {
        let rows = try await database.query(
            """
            SELECT event, key, number, attempt, status, error, at FROM hearth_webhook_attempts WHERE webhook_id = $1
            ORDER BY id DESC LIMIT \(Self.kept)
            """, [.uuid(id)],
            columns: [
                DatabaseType.text, DatabaseType.text, DatabaseType.integer, DatabaseType.integer, DatabaseType.integer,
                DatabaseType.text, DatabaseType.timestamp,
            ], scope: .host)
        return (0..<rows.rowCount).compactMap { row in
            guard let event = rows.text(row, 0), let key = rows.text(row, 1), let number = rows.integer(row, 2),
                let attempt = rows.integer(row, 3), let at = rows.integer(row, 6)
            else { return nil }
            return Attempt(
                event: event, key: key, number: number, attempt: Int(attempt), status: rows.integer(row, 4).map { Int($0) },
                error: rows.text(row, 5), at: at)
        }
    }
}
