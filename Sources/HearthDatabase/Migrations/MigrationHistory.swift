/// The tables in which migrations and seeds are recorded, and the lock under which they are worked on.
enum MigrationHistory {
    /// In portable types.
    private static let tables = """
        CREATE TABLE hearth_migrations (
            owner text NOT NULL, version integer NOT NULL, name text NOT NULL, checksum text NOT NULL,
            applied_at timestamp NOT NULL, PRIMARY KEY (owner, version));
        CREATE TABLE hearth_seeds (
            owner text NOT NULL, name text NOT NULL, checksum text NOT NULL, applied_at timestamp NOT NULL,
            PRIMARY KEY (owner, name))
        """
    /// "hearth" as a number, for the lock of PostgreSQL.
    private static let lock = 0x68_65_61_72_74_68

    /// Runs a body alone among all hosts, with the tables in place.
    static func inTransaction<R: Sendable>(
        _ database: any Database, scope: TableScope, _ body: @Sendable (any DatabaseTransaction) async throws(MigrationError) -> R
    ) async throws(MigrationError) -> R {
        // SQLite has one writer; a transaction that writes is a lock.
        let options = TransactionOptions(scope: scope, maximumDuration: .seconds(3_600))
        do {
            return try await database.transaction(options) { transaction in
                if database.dialect == .postgres { try await prepare(transaction) }
                var translator = SchemaTranslator(scope: .host, dialect: database.dialect)
                for table in try translator.translate(tables) {
                    let sql = table.sql.replacing("CREATE TABLE", with: "CREATE TABLE IF NOT EXISTS")
                    _ = try await transaction.query(sql, scope: .unchecked("hearth"))
                }
                return try await body(transaction)
            }
        } catch let error as MigrationError {
            throw error
        } catch let error as DatabaseError {
            throw MigrationError("the migrations of \(scope.owner) cannot be worked on: \(error.message)")
        } catch {
            throw MigrationError("the migrations of \(scope.owner) were interrupted")
        }
    }
    /// Takes the lock, and sees to it that the function of the rules is there.
    private static func prepare(_ transaction: any DatabaseTransaction) async throws(DatabaseError) {
        let own = TableScope.unchecked("hearth")
        _ = try await transaction.query("SELECT 1 FROM pg_advisory_xact_lock(\(lock))", scope: own)
        let body = try await transaction.query(
            "SELECT prosrc FROM pg_proc WHERE proname = 'hearth_fold' AND pg_function_is_visible(oid)",
            columns: [DatabaseType.text], scope: own)
        guard body.rowCount == 0 || body.text(0, 0) != AccentFolding.postgresBody else { return }
        _ = try await transaction.query(AccentFolding.postgresDefinition, scope: own)
    }
}
