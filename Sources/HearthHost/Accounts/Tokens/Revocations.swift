import HearthDatabase

/// The tokens that are void before their time, in the database that all hosts share.
struct Revocations: Sendable {
    let database: any Database

    /// Revokes a token; a second time changes nothing.
    ///
    /// - Parameter entry: For the audit log.
    func revoke(_ token: AccessToken, at now: Int64, noting entry: AuditEntry) async throws(DatabaseError) {
        let revocation = Statement(
            """
            INSERT INTO hearth_revoked_tokens (jti, revoked_at, expires_at) VALUES ($1, $2, $3) ON CONFLICT (jti) DO NOTHING
            """, [.uuid(token.id), .timestamp(now), .timestamp(token.expiresAt * 1_000_000)])
        _ = try await database.batch([revocation, entry.insertion], scope: .host)
    }

    /// Forgets tokens that are void by themselves.
    func prune(before now: Int64) async throws(DatabaseError) {
        _ = try await database.query(
            "DELETE FROM hearth_revoked_tokens WHERE expires_at < $1", [.timestamp(now)], scope: .host)
    }

    /// What changed since a moment: revoked tokens, and users whose profile, role or existence did, with the times.
    func changes(since moment: Int64) async throws(DatabaseError) -> [Change] {
        let results = try await database.batch(
            [
                Statement(
                    "SELECT jti, revoked_at FROM hearth_revoked_tokens WHERE revoked_at >= $1", [.timestamp(moment)],
                    columns: [DatabaseType.uuid, DatabaseType.timestamp]),
                Statement(
                    "SELECT id, updated_at FROM users WHERE updated_at >= $1", [.timestamp(moment)],
                    columns: [DatabaseType.uuid, DatabaseType.timestamp]),
            ], scope: .host)
        return results.flatMap { rows in
            (0..<rows.rowCount).compactMap { row in
                guard let id = rows.uuid(row, 0), let time = rows.integer(row, 1) else { return nil }
                return Change(id: id, time: time)
            }
        }
    }

    /// Something that makes verified tokens outdated. Ids of tokens and of users are both UUIDs, so they need no telling apart.
    struct Change: Sendable, Hashable {
        let id: DatabaseUUID
        let time: Int64
    }
}
