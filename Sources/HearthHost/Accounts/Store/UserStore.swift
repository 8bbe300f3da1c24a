import CHearth
import HearthDatabase

/// The accounts in the database.
struct UserStore: Sendable {
    /// An account with what it is entered by.
    struct Credentials: Sendable {
        let user: User
        /// Nil for an account that has no password.
        let passwordHash: String?
    }

    let database: any Database

    /// The text by which an e-mail address or username is unique and found, whatever its case.
    static func folded(_ text: String) -> String { text.lowercased() }

    /// The account of an id, deleted ones included.
    func user(_ id: DatabaseUUID) async throws(DatabaseError) -> User? {
        User.all(try await database.query(Self.byID, [.uuid(id)], columns: User.types, scope: .host)).first
    }

    /// The account of an e-mail address or username.
    func credentials(login: String) async throws(DatabaseError) -> Credentials? {
        // No username has an @.
        let column = login.contains("@") ? "email_folded" : "username_folded"
        let rows = try await database.query(
            "SELECT \(User.columns), password_hash FROM users WHERE \(column) = $1", [.text(Self.folded(login))],
            columns: User.types + [DatabaseType.text], scope: .host)
        guard let user = User.all(rows).first else { return nil }
        return Credentials(user: user, passwordHash: rows.text(0, User.types.count))
    }

    /// The account of a token, and whether the token has been revoked, in one round trip.
    func owner(of token: AccessToken) async throws(DatabaseError) -> (user: User?, isRevoked: Bool) {
        let results = try await database.batch(
            [
                Statement(Self.byID, [.uuid(token.user)], columns: User.types),
                Statement(
                    "SELECT jti FROM hearth_revoked_tokens WHERE jti = $1", [.uuid(token.id)], columns: [DatabaseType.uuid]),
            ], scope: .host)
        return (User.all(results[0]).first, results[1].rowCount > 0)
    }

    /// The accounts of many ids that exist, in one statement.
    func users(_ ids: [DatabaseUUID], in transaction: (any DatabaseTransaction)? = nil) async throws(DatabaseError) -> [User] {
        guard !ids.isEmpty else { return [] }
        return try await select("id IN ($1) AND deleted_at IS NULL", [.list(ids.map { .uuid($0) })], in: transaction)
    }

    /// The account of a friend code, in the case in which codes are given out.
    func user(
        withFriendCode code: String, in transaction: (any DatabaseTransaction)? = nil
    ) async throws(DatabaseError) -> User? {
        try await select("friend_code = $1 AND deleted_at IS NULL", [.text(code)], in: transaction).first
    }

    /// Accounts by id, from the one after an id on.
    func page(
        after id: DatabaseUUID?, limit: Int, in transaction: (any DatabaseTransaction)? = nil
    ) async throws(DatabaseError) -> [User] {
        try await select(
            "id > $1 AND deleted_at IS NULL ORDER BY id LIMIT $2",
            [.uuid(id ?? DatabaseUUID(high: 0, low: 0)), .integer(Int64(limit))], in: transaction)
    }

    /// Accounts that fulfil a condition, in a transaction or in none.
    private func select(
        _ condition: String, _ parameters: [DatabaseValue], in transaction: (any DatabaseTransaction)?
    ) async throws(DatabaseError) -> [User] {
        User.all(
            try await query(
                "SELECT \(User.columns) FROM users WHERE \(condition)", parameters, columns: User.types, in: transaction))
    }

    /// Runs a statement in a transaction or in none.
    func query(
        _ sql: String, _ parameters: [DatabaseValue], columns: [hearth_type], in transaction: (any DatabaseTransaction)?
    ) async throws(DatabaseError) -> QueryResult {
        guard let transaction else { return try await database.query(sql, parameters, columns: columns, scope: .host) }
        return try await transaction.query(sql, parameters, columns: columns, scope: .host)
    }

    /// Records a login, and a new hash of the same password.
    ///
    /// - Parameter entry: For the audit log.
    /// - Returns: False when the password has been changed since the credentials were read.
    func recordLogin(
        _ credentials: Credentials, hash: String?, at now: Int64, noting entry: AuditEntry
    ) async throws -> Bool {
        let old = credentials.passwordHash ?? ""
        return try await database.transaction(TransactionOptions(scope: .host)) { transaction in
            let rows = try await transaction.query(
                "UPDATE users SET last_login_at = $2, password_hash = $3 WHERE id = $1 AND password_hash = $4",
                [.uuid(credentials.user.id), .timestamp(now), .text(hash ?? old), .text(old)])
            guard rows.affected == 1 else { return false }
            _ = try await transaction.batch([entry.insertion])
            return true
        }
    }

    /// Makes somebody an administrator.
    ///
    /// - Parameter entry: For the audit log.
    /// - Returns: Who it is, or nil when there is no such account.
    func grantAdmin(
        login: String, at now: Int64, noting entry: @Sendable (User) -> AuditEntry
    ) async throws -> User? {
        let column = login.contains("@") ? "email_folded" : "username_folded"
        return try await database.transaction(TransactionOptions(scope: .host)) { transaction in
            let rows = try await transaction.query(
                """
                UPDATE users SET role = 'admin', updated_at = $2 WHERE \(column) = $1 AND deleted_at IS NULL
                RETURNING \(User.columns)
                """, [.text(Self.folded(login)), .timestamp(now)], columns: User.types)
            guard let user = User.all(rows).first else { return nil }
            _ = try await transaction.batch([entry(user).insertion])
            return user
        }
    }

    private static let byID = "SELECT \(User.columns) FROM users WHERE id = $1"
}
