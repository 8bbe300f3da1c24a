import CHearth

/// A migration, and whether it is applied.
public struct Migration: Sendable, Equatable {
    /// Its number.
    public var version: Int
    /// Its name without number and ending.
    public var name: String
    /// The path of its file.
    public var file: String
    /// When it was applied, in microseconds since 1970-01-01 00:00 UTC; nil when it is to come.
    public var appliedAt: Int64?
}

/// Applies the migrations of one owner: a folder of files `NNNN_name.sql`, in their order, each once and in a transaction of
/// its own. What was applied is recorded with the checksum of its file; a file that changed or is missing stops everything.
public struct MigrationRunner: Sendable {
    private let database: any Database
    private let scope: TableScope
    private let folder: String
    private let now: @Sendable () -> Int64

    /// Makes a runner.
    /// - Parameters:
    ///   - scope: the owner, who may only touch tables and indexes of his own.
    ///   - folder: with the files; one that is not there holds none.
    ///   - now: the clock, in microseconds since 1970-01-01 00:00 UTC.
    public init(database: any Database, scope: TableScope, folder: String, now: @escaping @Sendable () -> Int64) {
        self.database = database
        self.scope = scope
        self.folder = folder
        self.now = now
    }

    /// All migrations in their order. Throws as `up` does before it applies anything.
    public func status() async throws(MigrationError) -> [Migration] {
        let (files, _) = try MigrationFile.load(folder: folder, scope: scope, dialect: database.dialect)
        let records = try await inTransaction { transaction throws(MigrationError) -> [Int: Applied] in
            try await applied(transaction)
        }
        try check(files, against: records)
        return files.map { migration($0, appliedAt: records[$0.version]?.appliedAt) }
    }

    /// Applies what is to come, and tells the database about the tables. Several hosts may do it at once.
    ///
    /// Throws `MigrationError` with file and line for a refused or failing statement, a changed or missing applied file, and one
    /// that comes before an applied one.
    @discardableResult
    public func up() async throws(MigrationError) -> [Migration] {
        let (files, catalogue) = try MigrationFile.load(folder: folder, scope: scope, dialect: database.dialect)
        var done: [Migration] = []
        var isFirst = true
        for file in files {
            let checksFirst = isFirst
            isFirst = false
            let migration = try await inTransaction { transaction throws(MigrationError) -> Migration? in
                let applied = try await self.applied(transaction)
                if checksFirst { try check(files, against: applied) }
                // Another host may have been here meanwhile.
                guard applied[file.version] == nil else { return nil }
                try await run(file.up, of: file, transaction)
                let moment = now()
                try await record(file, at: moment, transaction)
                return self.migration(file, appliedAt: moment)
            }
            if let migration { done.append(migration) }
        }
        if files.isEmpty { _ = try await status() }
        database.rules.learn(catalogue)
        return done
    }

    /// Undoes the last applied migrations by their sections `-- down`, and gives them in the order of undoing.
    @discardableResult
    public func down(steps: Int = 1) async throws(MigrationError) -> [Migration] {
        let (files, _) = try MigrationFile.load(folder: folder, scope: scope, dialect: database.dialect)
        var undone: [Migration] = []
        for _ in 0..<max(0, steps) {
            let migration = try await inTransaction { transaction throws(MigrationError) -> Migration? in
                let applied = try await self.applied(transaction)
                try check(files, against: applied)
                guard let file = files.last(where: { applied[$0.version] != nil }) else { return nil }
                guard let down = file.down else {
                    throw MigrationError("it cannot be undone: it has no section -- down", file: file.path)
                }
                try await run(down, of: file, transaction)
                try await query(
                    "DELETE FROM hearth_migrations WHERE owner = $1 AND version = $2",
                    [.text(scope.owner), .integer(Int64(file.version))], transaction)
                return self.migration(file, appliedAt: nil)
            }
            guard let migration else { break }
            undone.append(migration)
        }
        return undone
    }

    private func migration(_ file: MigrationFile, appliedAt: Int64?) -> Migration {
        Migration(version: file.version, name: file.name, file: file.path, appliedAt: appliedAt)
    }

    // MARK: History

    private struct Applied: Sendable {
        var name: String
        var checksum: String
        var appliedAt: Int64
    }

    private func applied(_ transaction: any DatabaseTransaction) async throws(MigrationError) -> [Int: Applied] {
        let rows = try await query(
            "SELECT version, name, checksum, applied_at FROM hearth_migrations WHERE owner = $1", [.text(scope.owner)],
            columns: [DatabaseType.integer, DatabaseType.text, DatabaseType.text, DatabaseType.timestamp], transaction)
        var applied: [Int: Applied] = [:]
        for row in 0..<rows.rowCount {
            applied[Int(rows.integer(row, 0) ?? 0)] = Applied(
                name: rows.text(row, 1) ?? "", checksum: rows.text(row, 2) ?? "", appliedAt: rows.integer(row, 3) ?? 0)
        }
        return applied
    }

    private func check(_ files: [MigrationFile], against applied: [Int: Applied]) throws(MigrationError) {
        for (version, record) in applied.sorted(by: { $0.key < $1.key }) {
            let number = String(repeating: "0", count: max(0, 4 - String(version).count)) + String(version)
            guard let file = files.first(where: { $0.version == version }) else {
                throw MigrationError(
                    "migration \(number)_\(record.name) of \(scope.owner) is applied, but its file is missing in \(folder): "
                        + "restore the file")
            }
            guard file.name == record.name else {
                throw MigrationError(
                    "it was applied under the name \(number)_\(record.name): give it its name back", file: file.path)
            }
            guard file.checksum == record.checksum else {
                throw MigrationError(
                    "it was changed after it had been applied: restore it, and write a new migration for what is to change",
                    file: file.path)
            }
        }
        let last = applied.keys.max() ?? 0
        for file in files where file.version < last && applied[file.version] == nil {
            throw MigrationError("it comes before migration \(last), which is applied: give it a higher number", file: file.path)
        }
    }

    private func record(
        _ file: MigrationFile, at moment: Int64, _ transaction: any DatabaseTransaction
    ) async throws(MigrationError) {
        try await query(
            "INSERT INTO hearth_migrations (owner, version, name, checksum, applied_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .text(scope.owner), .integer(Int64(file.version)), .text(file.name), .text(file.checksum), .timestamp(moment),
            ], transaction)
    }

    private func run(
        _ statements: [SchemaTranslator.TranslatedStatement], of file: MigrationFile, _ transaction: any DatabaseTransaction
    )
        async throws(MigrationError)
    {
        for statement in statements {
            do throws(DatabaseError) {
                _ = try await transaction.query(statement.sql, scope: .unchecked(scope.owner))
            } catch {
                throw MigrationError(error.message, file: file.path, line: statement.line)
            }
        }
    }

    @discardableResult
    private func query(
        _ sql: String, _ parameters: [DatabaseValue], columns: [hearth_type] = [], _ transaction: any DatabaseTransaction
    ) async throws(MigrationError) -> QueryResult {
        do throws(DatabaseError) {
            return try await transaction.query(sql, parameters, columns: columns, scope: .host)
        } catch {
            throw MigrationError("the history of migrations cannot be read or written: \(error.message)")
        }
    }

    private func inTransaction<R: Sendable>(
        _ body: @Sendable (any DatabaseTransaction) async throws(MigrationError) -> R
    ) async throws(MigrationError) -> R {
        try await MigrationHistory.inTransaction(database, scope: scope, body)
    }
}
