import HTTPTypes
import HearthDatabase
import HearthHTTP

extension UserStore {
    /// Adds an account.
    ///
    /// Fails with ``HTTPError`` 409 when the e-mail address or username is taken, and with `DatabaseError`, of kind `unique`
    /// when the friend code is.
    func insert(_ user: User, passwordHash: String, in transaction: any DatabaseTransaction) async throws {
        do {
            _ = try await transaction.query(
                """
                INSERT INTO users (id, email, email_folded, username, username_folded, password_hash, timezone, theme, is_public,
                notifications_enabled, friend_code, role, created_at, updated_at, language)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)
                """,
                [
                    .uuid(user.id), .text(user.email), .text(Self.folded(user.email)), .text(user.username),
                    .text(Self.folded(user.username)), .text(passwordHash), .text(user.timezone), .text(user.theme),
                    .boolean(user.isPublic), .boolean(user.notificationsEnabled), .text(user.friendCode),
                    .text(user.role.rawValue), .timestamp(user.createdAt), user.language.map { .text($0) } ?? .null,
                ])
        } catch {
            throw Self.isTaken(error) ?? error
        }
    }

    /// Changes an account.
    ///
    /// Fails with ``HTTPError`` 409 when the e-mail address or username is taken, and with `DatabaseError`.
    /// - Returns: The account as it is then, or nil when it does not exist any more.
    func update(
        _ id: DatabaseUUID, _ changes: ProfileChanges, at now: Int64, in transaction: any DatabaseTransaction
    ) async throws
        -> User?
    {
        var assignments = ["updated_at = $2"]
        var parameters: [DatabaseValue] = [.uuid(id), .timestamp(now)]
        for (column, value) in changes.columns {
            parameters.append(value)
            assignments.append("\(column) = $\(parameters.count)")
        }
        do {
            let rows = try await transaction.query(
                """
                UPDATE users SET \(assignments.joined(separator: ", ")) WHERE id = $1 AND deleted_at IS NULL
                RETURNING \(User.columns)
                """, parameters, columns: User.types)
            return User.all(rows).first
        } catch {
            throw Self.isTaken(error) ?? error
        }
    }

    /// What a client is told when a name is taken. The constraint decides and not a question beforehand, so of two at once
    /// one succeeds.
    private static func isTaken(_ error: DatabaseError) -> HTTPError? {
        guard error.kind == .unique, let constraint = error.constraint else { return nil }
        if constraint.contains("email") { return HTTPError(.conflict, "Email already registered") }
        if constraint.contains("username") { return HTTPError(.conflict, "Username already taken") }
        return nil
    }
}
