/// Applies the seeds of one owner: files `*.sql` of `INSERT … ON CONFLICT`, in the order of their names, again whenever a file
/// has changed.
public struct SeedRunner: Sendable {
    private let database: any Database
    private let scope: TableScope
    private let folder: String
    private let now: @Sendable () -> Int64

    /// Makes a runner; the parameters are those of `MigrationRunner`.
    public init(database: any Database, scope: TableScope, folder: String, now: @escaping @Sendable () -> Int64) {
        self.database = database
        self.scope = scope
        self.folder = folder
        self.now = now
    }

    /// Applies new and changed files, each in a transaction, and gives their names.
    ///
    /// Throws `MigrationError` with file and line for a refused or failing statement.
    @discardableResult
    public func run() async throws(MigrationError) -> [String] {
        var done: [String] = []
        for name in try SQLFile.names(in: folder) {
            let path = folder + "/" + name
            let (text, checksum) = try SQLFile.read(path)
            let statements = try translate(text, path: path)
            let wasApplied = try await MigrationHistory.inTransaction(database, scope: scope) {
                transaction throws(MigrationError) -> Bool in
                try await apply(statements, name: name, path: path, checksum: checksum, transaction)
            }
            if wasApplied { done.append(name) }
        }
        return done
    }

    private func translate(_ text: String, path: String) throws(MigrationError) -> [SchemaTranslator.TranslatedStatement] {
        do throws(SQLRefusal) {
            for part in try SQLTokenizer.tokens(of: text).split(whereSeparator: { $0.isSymbol(";") }) {
                let tokens = Array(part)
                let conflicts = tokens.indices.dropLast().contains {
                    tokens[$0].isWord("on") && tokens[$0 + 1].isWord("conflict")
                }
                guard tokens[0].isWord("insert"), conflicts else {
                    throw SQLRefusal(
                        "seeds are INSERT … ON CONFLICT: they are applied again when the file changes", line: tokens[0].line)
                }
            }
            var translator = SchemaTranslator(scope: scope, dialect: database.dialect)
            return try translator.translate(text)
        } catch {
            throw MigrationError(error.message, file: path, line: error.line)
        }
    }

    private func apply(
        _ statements: [SchemaTranslator.TranslatedStatement], name: String, path: String, checksum: String,
        _ transaction: any DatabaseTransaction
    ) async throws(MigrationError) -> Bool {
        var line: Int?
        do throws(DatabaseError) {
            let known = try await transaction.query(
                "SELECT checksum FROM hearth_seeds WHERE owner = $1 AND name = $2", [.text(scope.owner), .text(name)],
                columns: [DatabaseType.text], scope: .host)
            if known.rowCount == 1, known.text(0, 0) == checksum { return false }
            for statement in statements {
                line = statement.line
                _ = try await transaction.query(statement.sql, scope: .unchecked(scope.owner))
            }
            line = nil
            _ = try await transaction.query(
                "INSERT INTO hearth_seeds (owner, name, checksum, applied_at) VALUES ($1, $2, $3, $4) "
                    + "ON CONFLICT (owner, name) DO UPDATE SET checksum = excluded.checksum, applied_at = excluded.applied_at",
                [.text(scope.owner), .text(name), .text(checksum), .timestamp(now())], scope: .host)
            return true
        } catch {
            throw MigrationError(error.message, file: path, line: line)
        }
    }
}
