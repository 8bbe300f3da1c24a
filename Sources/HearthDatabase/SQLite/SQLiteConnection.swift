import CSQLite
import Glibc
import HearthThreads
import Synchronization

/// A connection of one lane, with its prepared statements. Used by the thread of the lane alone.
final class SQLiteConnection {
    enum Role { case writer, reader }

    let path: String
    let role: Role
    private let busyLimit: Duration
    private let statementCapacity: Int
    let onStatement: (@Sendable (String) -> Void)?
    private(set) var handle: OpaquePointer?
    private var statements: [StatementKey: PreparedStatement] = [:]
    private var uses: UInt64 = 0
    let builder = ResultBuilder()

    /// What the statement that is running may be stopped by.
    private var call: SQLiteCall?
    private var deadline: Deadline?
    private var busySince: Deadline?

    private struct StatementKey: Hashable {
        let identity: Int
        /// The sizes of up to eight lists, a byte each.
        let sizes: UInt64
    }

    struct PreparedStatement {
        let handle: OpaquePointer
        let isReadOnly: Bool
        let columnCount: Int
        var lastUse: UInt64
    }

    init(path: String, role: Role, configuration: SQLiteConfiguration) {
        self.path = path
        self.role = role
        busyLimit = configuration.waitingLimit
        statementCapacity = configuration.statementCacheSize
        onStatement = configuration.onStatement
    }

    // MARK: Opening and closing

    /// Opens the file if it is not open: the writer makes it, readable by its owner only, since it holds password hashes.
    func open() throws(DatabaseError) {
        guard handle == nil else { return }
        if role == .writer {
            let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            if descriptor >= 0 { Glibc.close(descriptor) }
        }
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let result = sqlite3_open_v2(path, &opened, flags, nil)
        guard result == SQLITE_OK, let opened else {
            let error = DatabaseError.sqlite(result, opened, path: path)
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        do {
            try configure(opened)
        } catch {
            close()
            throw error
        }
    }

    private func configure(_ handle: OpaquePointer) throws(DatabaseError) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        // Every thousand steps of the virtual machine, some 20 µs, a statement asks whether it is still wanted. An interrupt
        // from another thread could hit the next statement of the connection.
        sqlite3_progress_handler(
            handle, 1_000,
            { pointer in
                guard let pointer else { return 0 }
                return Unmanaged<SQLiteConnection>.fromOpaque(pointer).takeUnretainedValue().shouldStop ? 1 : 0
            }, this)
        sqlite3_busy_handler(
            handle,
            { pointer, attempt in
                guard let pointer else { return 0 }
                return Unmanaged<SQLiteConnection>.fromOpaque(pointer).takeUnretainedValue().waitForLock(attempt) ? 1 : 0
            }, this)
        sqlite3_create_function_v2(
            handle, "hearth_fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil,
            { context, _, values in
                guard let value = values?[0], let text = sqlite3_value_text(value) else { return }
                let utf8 = UnsafeBufferPointer(start: text, count: Int(sqlite3_value_bytes(value)))
                AccentFolding.fold(utf8).withUnsafeBufferPointer { folded in
                    folded.withMemoryRebound(to: CChar.self) { characters in
                        sqlite3_result_text64(
                            context, characters.baseAddress ?? UnsafePointer(bitPattern: 1), UInt64(characters.count),
                            sqliteTransient, UInt8(SQLITE_UTF8))
                    }
                }
            }, nil, nil, nil)
        // FULL: an acknowledged commit is on the disk. With NORMAL a loss of power may undo the last ones.
        for pragma in [
            "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "temp_store = MEMORY", "cache_size = -8000",
            "case_sensitive_like = ON", "journal_size_limit = 67108864", "cell_size_check = ON",
        ] + (role == .reader ? ["query_only = ON"] : []) {
            try execute("PRAGMA \(pragma)")
        }
        // The first read finds out whether the file is a database at all.
        try execute("SELECT count(*) FROM sqlite_schema")
    }

    /// One connection closes at a time: the last one moves the log into the file, and of two that close at once each would
    /// take the other for one that remains.
    private static let closing = Mutex(())

    /// Finalises all statements and closes the connection.
    func close() {
        for statement in statements.values { sqlite3_finalize(statement.handle) }
        statements.removeAll()
        Self.closing.withLock { _ in _ = sqlite3_close_v2(handle) }
        handle = nil
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { handle.map { sqlite3_get_autocommit($0) == 0 } ?? false }

    /// Makes sure that no transaction is open, if need be with a new connection: nothing may keep the writer's lock.
    func endTransaction() {
        guard isInTransaction else { return }
        try? execute("ROLLBACK")
        if isInTransaction { close() }
    }

    // MARK: Stopping

    /// Runs a body whose statements stop when the call is cancelled or a deadline passes.
    func stoppable<R>(
        by call: SQLiteCall?, at deadline: Deadline?, _ body: () throws(DatabaseError) -> R
    ) throws(DatabaseError)
        -> R
    {
        self.call = call
        self.deadline = deadline
        defer {
            self.call = nil
            self.deadline = nil
        }
        return try body()
    }

    private var shouldStop: Bool { call?.isCancelled == true || deadline?.hasPassed == true }

    private func waitForLock(_ attempt: Int32) -> Bool {
        if attempt == 0 { busySince = .now }
        guard !shouldStop, let busySince, Deadline.now < busySince + busyLimit else { return false }
        usleep(attempt < 4 ? 1_000 << UInt32(attempt) : 10_000)
        return true
    }

    func error(_ code: Int32, sql: String?) -> DatabaseError {
        if code & 0xFF == SQLITE_INTERRUPT || (code & 0xFF == SQLITE_BUSY && shouldStop) {
            return call?.isCancelled == true
                ? DatabaseError(.cancelled, "the call was cancelled", sql: sql)
                : DatabaseError(.timeout, "the deadline passed while the statement ran", sql: sql)
        }
        var error = DatabaseError.sqlite(code, handle, path: path, sql: sql)
        if error.kind == .unique, let columns = error.constraint { error.constraint = nameOfUnique(columns) }
        return error
    }

    // MARK: Running

    /// Runs SQL of the engine's own, without parameters and results.
    func execute(_ sql: String) throws(DatabaseError) {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result, sql: sql) }
    }

    /// The prepared form of a statement for lists of certain sizes.
    func prepare(_ statement: CheckedStatement, _ parameters: [DatabaseValue]) throws(DatabaseError) -> PreparedStatement {
        try open()
        let sizes = statement.lists.map { ListSizes.padded(parameters[$0 - 1]) }
        let key = StatementKey(identity: statement.identity, sizes: ListSizes.packed(sizes))
        uses += 1
        if let index = statements.index(forKey: key) {
            statements.values[index].lastUse = uses
            return statements.values[index]
        }
        let text = statement.lists.isEmpty ? statement.text : ListSizes.text(of: statement, sizes: sizes)
        var prepared: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard result == SQLITE_OK, let prepared else {
            var error = error(result, sql: statement.sql)
            // A misspelt name: the author's to correct.
            if result & 0xFF == SQLITE_ERROR { error.kind = .refused }
            throw error
        }
        makeRoom()
        let new = PreparedStatement(
            handle: prepared, isReadOnly: sqlite3_stmt_readonly(prepared) != 0, columnCount: Int(sqlite3_column_count(prepared)),
            lastUse: uses)
        statements[key] = new
        return new
    }

    private func makeRoom() {
        guard statements.count >= statementCapacity,
            let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        sqlite3_finalize(oldest.value.handle)
        statements[oldest.key] = nil
    }
}

/// Has SQLite copy what it is given. The header defines it by a cast, which Swift does not import.
let sqliteTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
