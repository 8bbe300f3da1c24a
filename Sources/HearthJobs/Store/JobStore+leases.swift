public import HearthDatabase

extension JobStore {
    /// Takes or renews a lease: only one holder at a time has it.
    ///
    /// Fails as `Database.run` does.
    /// - Parameters:
    ///   - name: of what there is only one
    ///   - holder: who wants it
    ///   - duration: how long without renewing
    /// - Returns: false while somebody else has it
    public func takeLease(_ name: String, holder: String, for duration: Duration) async throws(DatabaseError) -> Bool {
        let moment = now()
        return try await database.query(
            """
            INSERT INTO hearth_leases (name, holder, lease_until) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
            WHERE hearth_leases.holder = excluded.holder OR hearth_leases.lease_until <= $4
            """,
            [.text(name), .text(holder), .timestamp(moment + duration.microseconds), .timestamp(moment)], scope: .host
        ).affected == 1
    }

    /// Gives a lease back, if the holder has it. Fails as `Database.run` does.
    public func releaseLease(_ name: String, holder: String) async throws(DatabaseError) {
        _ = try await database.query(
            "DELETE FROM hearth_leases WHERE name = $1 AND holder = $2", [.text(name), .text(holder)], scope: .host)
    }
}
