import Glibc
import HearthThreads
import Synchronization

/// The embedded engine: one connection that writes, several that read, a thread each.
///
/// A call waits in a bounded queue for the writer or for any reader; who begins a transaction leases the connection until it
/// ends. Every commit is on the disk before it is acknowledged.
public final class SQLiteDatabase: Database {
    /// SQLite.
    public let dialect = Dialect.sqlite
    /// Checks and translates statements.
    public let rules = SQLRules(dialect: .sqlite)
    private let writers: SQLiteQueue
    private let readers: SQLiteQueue
    private let watch: SQLiteWatch
    private let threads: Threads
    private let file: FileIdentity?

    /// Opens the database, and makes the file when there is none.
    ///
    /// Throws `DatabaseError` of kind `unavailable` when the file cannot be opened or is locked by another process, `failed`
    /// when it is damaged or no database.
    public init(_ configuration: SQLiteConfiguration) throws(DatabaseError) {
        let writers = SQLiteQueue(limit: configuration.queueLimit, waiting: configuration.waitingLimit)
        let readers = SQLiteQueue(limit: configuration.queueLimit, waiting: configuration.waitingLimit)
        let watch = SQLiteWatch(queues: [writers, readers])
        var lanes: [SQLiteLane] = []
        for index in 0...configuration.readers {
            let connection = SQLiteConnection(
                path: configuration.path, role: index == 0 ? .writer : .reader, configuration: configuration)
            do {
                try connection.open()
            } catch {
                for lane in lanes { lane.connection.close() }
                throw error
            }
            lanes.append(
                SQLiteLane(
                    connection: connection, queue: index == 0 ? writers : readers, writers: index == 0 ? nil : writers,
                    configuration: configuration, rules: rules))
        }
        let threads = Threads(count: lanes.count)
        for lane in lanes {
            let thread = Thread("sqlite") {
                lane.work()
                threads.ended()
            }
            precondition(thread.start(), "the system has no thread left")
        }
        precondition(Thread("sqlite watch") { watch.work() }.start(), "the system has no thread left")
        self.writers = writers
        self.readers = readers
        self.watch = watch
        self.threads = threads
        file = FileIdentity(path: configuration.path)
    }

    deinit { close() }

    /// As the protocol states.
    @discardableResult
    public func run(
        _ statements: [Statement], scope: TableScope, deadline: Deadline?, completion: @escaping ResultsCompletion
    ) -> any Cancellation {
        switch rules.calls(statements, scope: scope) {
        case .failure(let error):
            completion(.failure(error))
            return FinishedCall.instance
        case .success(let calls):
            let onlyReads = calls.allSatisfy { $0.statement.isRead }
            return start(
                SQLiteCall(.statements(.success(calls), completion), deadline: deadline), on: onlyReads ? readers : writers)
        }
    }

    /// As the protocol states.
    @discardableResult
    public func begin(
        _ options: TransactionOptions, deadline: Deadline?, completion: @escaping BeginCompletion
    )
        -> any Cancellation
    {
        start(SQLiteCall(.begin(options, completion), deadline: deadline), on: options.readOnly ? readers : writers)
    }

    private func start(_ call: SQLiteCall, on queue: SQLiteQueue) -> any Cancellation {
        if let error = queue.push(call) {
            call.fail(error)
        } else {
            watch.wake()
        }
        return call
    }

    /// As the protocol states. SQLite serves a file that was deleted or replaced as if nothing had happened, and what is written
    /// then is lost with the process: so the file is looked at too.
    public func check(deadline: Deadline?) async throws(DatabaseError) {
        if let file, FileIdentity(path: file.path) != file {
            throw DatabaseError(.unavailable, "the database file \(file.path) was deleted or replaced")
        }
        _ = try await query("SELECT 1", columns: [DatabaseType.integer], scope: .host, deadline: deadline)
    }

    /// As the protocol states.
    public func shutdown() async {
        writers.close()
        readers.close()
        await threads.join()
        watch.close()
    }

    private func close() {
        writers.close()
        readers.close()
        watch.close()
    }

    /// Which file a path leads to.
    private struct FileIdentity: Equatable {
        let path: String
        private let device: UInt64
        private let number: UInt64

        /// nil when there is none, as for a database in memory.
        init?(path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            self.path = path
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
        }
    }

    /// Tells when all threads have ended.
    private final class Threads: Sendable {
        private struct State {
            var running: Int
            var waiting: [CheckedContinuation<Void, Never>] = []
        }
        private let state: Mutex<State>

        init(count: Int) { state = Mutex(State(running: count)) }

        func ended() {
            let waiting = state.withLock { state in
                state.running -= 1
                guard state.running == 0 else { return [CheckedContinuation<Void, Never>]() }
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func join() async {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.running > 0 { state.waiting.append(continuation) }
                    return state.running == 0
                }
                if isOver { continuation.resume() }
            }
        }
    }
}
