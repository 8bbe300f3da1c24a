import HearthDatabase
import HearthThreads

/// The rows behind files: which blob is under which key, how much each plugin uses, what may be removed from the storage.
///
/// A blob is either the one of a file or garbage with a due date, from before it exists until after it is gone. So whenever a
/// host dies, nothing is half there, nothing is counted that is not there, and nothing is left in the storage for good.
struct FileLedger: Sendable {
    /// How long a blob may be on its way.
    static let uploadLimit = Duration.seconds(86_400)
    /// How long readers of a blob that was replaced or removed may go on, wherever they are.
    static let grace = Duration.seconds(600)
    /// How far apart the clocks of hosts may be.
    private static let skew = Duration.seconds(60)

    let database: any Database
    let now: @Sendable () -> Int64

    // MARK: Reading

    /// The file under a key; nil when there is none.
    func find(
        _ key: FileKey, in transaction: (any DatabaseTransaction)?, deadline: Deadline?
    ) async throws(DatabaseError) -> StoredFile? {
        let rows = try await batch([Self.selection(of: key)], transaction, deadline)[0]
        return rows.rowCount > 0 ? StoredFile(rows, 0, plugin: key.plugin) : nil
    }

    /// The files whose keys begin with a prefix, in the order of the bytes of their keys.
    func list(
        _ plugin: String, prefix: String, after: String, limit: Int, in transaction: (any DatabaseTransaction)?,
        deadline: Deadline?
    ) async throws(DatabaseError) -> [StoredFile] {
        let statement = Statement(
            """
            SELECT \(StoredFile.columns) FROM hearth_files WHERE plugin = $1 AND key >= $2 AND key < $3 AND key > $4
            AND \(StoredFile.isVisible) ORDER BY key LIMIT $5
            """,
            [
                .text(plugin), .text(prefix), .text(prefix + String(FileKey.last)), .text(after), .integer(Int64(limit)),
            ], columns: StoredFile.types)
        let rows = try await batch([statement], transaction, deadline)[0]
        return (0..<rows.rowCount).compactMap { StoredFile(rows, $0, plugin: plugin) }
    }

    // MARK: Putting

    /// Notes a blob before it comes into being.
    ///
    /// - Returns: how many bytes the plugin uses, without the file that is about to be replaced
    func announce(_ blob: BlobID, for key: FileKey, deadline: Deadline?) async throws(DatabaseError) -> Int {
        let results = try await batch(
            [
                Statement(
                    "INSERT INTO hearth_file_garbage (blob, plugin, due_at) VALUES ($1, $2, $3)",
                    [.uuid(blob.number), .text(blob.plugin), .timestamp(now() + Self.uploadLimit.microseconds)]),
                Statement(
                    "SELECT used FROM hearth_file_usage WHERE plugin = $1", [.text(key.plugin)], columns: [DatabaseType.integer]),
                Self.occupant(of: key),
            ], nil, deadline)
        let used = results[1].rowCount > 0 ? results[1].integer(0, 0) ?? 0 : 0
        return Int(used) - (Occupant(results[2])?.size ?? 0)
    }

    /// Makes a blob that is complete the file under its key, if the quota allows it.
    func publish(_ file: StoredFile, of user: DatabaseUUID?, quota: Int, deadline: Deadline?) async throws {
        try await database.transaction(TransactionOptions(scope: .host), deadline: deadline, attempts: 5) { transaction in
            let moment = now()
            let isAnnounced = Statement(
                "SELECT blob FROM hearth_file_garbage WHERE blob = $1 AND due_at > $2",
                [.uuid(file.blob.number), .timestamp(moment)], columns: [DatabaseType.uuid])
            let results = try await transaction.batch(
                [Self.lock(file.key.plugin), Self.occupant(of: file.key), isAnnounced], deadline: deadline)
            let occupant = Occupant(results[1])
            let used = Int(results[0].integer(0, 0) ?? 0) - (occupant?.size ?? 0) + file.size
            guard results[2].rowCount > 0 else { throw FileError.expired }
            guard used <= quota else { throw FileError.quota(limit: quota) }
            var statements = [Self.use(used, by: file.key.plugin), Self.forget(file.blob), file.upsertion(of: user)]
            if let occupant { statements.append(discard(occupant.blob, of: file.key.plugin)) }
            _ = try await transaction.batch(statements, deadline: deadline)
        }
    }

    // MARK: Removing

    /// Removes the file under a key, in a transaction of somebody else or its own.
    ///
    /// - Parameter blob: only when it is this one; nil for any
    func remove(
        _ key: FileKey, ifItIs blob: DatabaseUUID? = nil, in transaction: (any DatabaseTransaction)?, deadline: Deadline?
    ) async throws {
        guard let transaction else {
            return try await database.transaction(TransactionOptions(scope: .host), deadline: deadline, attempts: 5) {
                try await remove(key, ifItIs: blob, in: $0, deadline: deadline)
            }
        }
        let results = try await transaction.batch(
            [Self.lock(key.plugin), Self.occupant(of: key)], scope: .host, deadline: deadline)
        guard let occupant = Occupant(results[1]), blob == nil || occupant.blob == blob else { return }
        let used = Int(results[0].integer(0, 0) ?? 0) - occupant.size
        _ = try await transaction.batch(
            [
                Self.use(used, by: key.plugin), discard(occupant.blob, of: key.plugin),
                Statement("DELETE FROM hearth_files WHERE plugin = $1 AND key = $2", [.text(key.plugin), .text(key.text)]),
            ], scope: .host, deadline: deadline)
    }

    // MARK: Cleaning up

    /// Files of users who have been erased, some at a time.
    func ownerless(limit: Int) async throws(DatabaseError) -> [(key: FileKey, blob: DatabaseUUID)] {
        let rows = try await database.query(
            "SELECT plugin, key, blob FROM hearth_files WHERE user_id IS NULL AND is_personal LIMIT $1",
            [.integer(Int64(limit))], columns: [DatabaseType.text, DatabaseType.text, DatabaseType.uuid], scope: .host)
        return (0..<rows.rowCount).compactMap { row in
            guard let plugin = rows.text(row, 0), let key = FileKey(plugin: plugin, rows.text(row, 1) ?? ""),
                let blob = rows.uuid(row, 2)
            else { return nil }
            return (key, blob)
        }
    }

    /// Blobs that may be removed from the storage, some at a time. No host can make one of them a file any more.
    func garbage(limit: Int) async throws(DatabaseError) -> [BlobID] {
        let rows = try await database.query(
            "SELECT plugin, blob FROM hearth_file_garbage WHERE due_at <= $1 ORDER BY due_at LIMIT $2",
            [.timestamp(now() - Self.skew.microseconds), .integer(Int64(limit))],
            columns: [DatabaseType.text, DatabaseType.uuid], scope: .host)
        return (0..<rows.rowCount).compactMap { row in
            guard let plugin = rows.text(row, 0), let number = rows.uuid(row, 1) else { return nil }
            return BlobID(plugin: plugin, number: number)
        }
    }

    /// Forgets a blob that is gone from the storage.
    func forget(_ blob: BlobID) async throws(DatabaseError) {
        _ = try await database.batch([Self.forget(blob)], scope: .host)
    }

    private func batch(
        _ statements: [Statement], _ transaction: (any DatabaseTransaction)?, _ deadline: Deadline?
    ) async throws(DatabaseError) -> [QueryResult] {
        if let transaction { return try await transaction.batch(statements, scope: .host, deadline: deadline) }
        return try await database.batch(statements, scope: .host, deadline: deadline)
    }

    private func discard(_ blob: DatabaseUUID, of plugin: String) -> Statement {
        Statement(
            "INSERT INTO hearth_file_garbage (blob, plugin, due_at) VALUES ($1, $2, $3)",
            [.uuid(blob), .text(plugin), .timestamp(now() + Self.grace.microseconds)])
    }
}
