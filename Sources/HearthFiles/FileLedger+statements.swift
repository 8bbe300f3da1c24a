import HearthDatabase

/// The blob that is under a key, whether anybody may see it or not.
struct Occupant {
    let blob: DatabaseUUID
    let size: Int

    /// Reads the result of ``FileLedger/occupant(of:)``; nil when there is none.
    init?(_ rows: QueryResult) {
        guard rows.rowCount > 0, let blob = rows.uuid(0, 0), let size = rows.integer(0, 1) else { return nil }
        self.blob = blob
        self.size = Int(size)
    }
}

extension FileLedger {
    static func selection(of key: FileKey) -> Statement {
        Statement(
            "SELECT \(StoredFile.columns) FROM hearth_files WHERE plugin = $1 AND key = $2 AND \(StoredFile.isVisible)",
            [.text(key.plugin), .text(key.text)], columns: StoredFile.types)
    }

    static func occupant(of key: FileKey) -> Statement {
        Statement(
            "SELECT blob, size FROM hearth_files WHERE plugin = $1 AND key = $2", [.text(key.plugin), .text(key.text)],
            columns: [DatabaseType.uuid, DatabaseType.integer])
    }

    /// Keeps others from changing the files of a plugin, and tells how many bytes these have.
    static func lock(_ plugin: String) -> Statement {
        Statement(
            """
            INSERT INTO hearth_file_usage (plugin, used) VALUES ($1, 0)
            ON CONFLICT (plugin) DO UPDATE SET used = hearth_file_usage.used RETURNING used
            """, [.text(plugin)], columns: [DatabaseType.integer])
    }

    static func use(_ bytes: Int, by plugin: String) -> Statement {
        Statement("UPDATE hearth_file_usage SET used = $2 WHERE plugin = $1", [.text(plugin), .integer(Int64(bytes))])
    }

    static func forget(_ blob: BlobID) -> Statement {
        Statement("DELETE FROM hearth_file_garbage WHERE blob = $1", [.uuid(blob.number)])
    }
}

extension StoredFile {
    static let columns = "key, blob, size, content_type, digest, modified_at"
    static let types = [
        DatabaseType.text, DatabaseType.uuid, DatabaseType.integer, DatabaseType.text, DatabaseType.bytes, DatabaseType.timestamp,
    ]
    /// Its user, if it has one, has not been erased.
    static let isVisible = "(user_id IS NOT NULL OR is_personal = FALSE)"

    /// Reads a row of ``columns``; nil when there is a null in it.
    init?(_ rows: QueryResult, _ row: Int, plugin: String) {
        guard let key = FileKey(plugin: plugin, rows.text(row, 0) ?? ""), let blob = rows.uuid(row, 1),
            let size = rows.integer(row, 2), let contentType = rows.text(row, 3), let digest = rows.bytes(row, 4),
            let modified = rows.integer(row, 5)
        else { return nil }
        self.init(
            key: key, blob: BlobID(plugin: plugin, number: blob), size: Int(size), contentType: contentType, digest: digest,
            modified: modified)
    }

    /// The statement that puts it under its key.
    func upsertion(of user: DatabaseUUID?) -> Statement {
        Statement(
            """
            INSERT INTO hearth_files (plugin, key, blob, size, content_type, digest, modified_at, is_personal, user_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (plugin, key) DO UPDATE SET blob = excluded.blob, size = excluded.size,
            content_type = excluded.content_type, digest = excluded.digest, modified_at = excluded.modified_at,
            is_personal = excluded.is_personal, user_id = excluded.user_id
            """,
            [
                .text(key.plugin), .text(key.text), .uuid(blob.number), .integer(Int64(size)), .text(contentType),
                .bytes(digest), .timestamp(modified), .boolean(user != nil), user.map { .uuid($0) } ?? .null,
            ])
    }
}

extension Duration {
    /// Whole microseconds, the unit of moments.
    var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
