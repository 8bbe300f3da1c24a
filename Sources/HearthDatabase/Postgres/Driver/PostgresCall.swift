import HearthThreads
import Synchronization

/// A call on its way: waiting for a connection, or on one.
///
/// `@unchecked Sendable`: the phase is atomic, `driver` and what the call was made with are constant, and all else belongs to
/// the thread of the loop.
final class PostgresCall: Cancellation, @unchecked Sendable {
    enum Work {
        case statements(ResultsCompletion)
        case begin(TransactionOptions, BeginCompletion)
    }
    /// Why a call that was sent shall stop.
    enum Stop { case cancelled, deadline }
    private enum Phase {
        static let waiting = 0
        static let started = 1
        /// Cancelled by its caller before it was started.
        static let over = 2
    }

    let work: Work
    let statements: [Statement]
    /// The translations of the statements; in a transaction a refused statement reaches the loop too, since like any failed one
    /// it makes it rollback-only.
    let checked: Result<[CheckedStatement], DatabaseError>
    let deadline: Deadline?
    /// Runs in a transaction.
    let isTransactional: Bool
    private let driver: PostgresDriver
    private let phase: Atomic<Int>

    // Of the loop.
    /// Its place in the order of waiting calls.
    var sequence: UInt64 = 0
    /// Until when it may wait for a connection.
    var waitingLimit = Deadline(uptimeNanoseconds: .max)
    var isQueued = false
    /// How often it was sent.
    var attempts = 0
    /// The shapes of the statements, nil for one that is sent as it is; empty until all are known.
    var shapes: [PostgresShape?] = []
    var results: [QueryResult] = []
    private(set) var stop: Stop?
    private(set) var stoppedAt = Deadline(uptimeNanoseconds: .max)
    private(set) var isFinished = false

    init(
        _ work: Work, statements: [Statement] = [], checked: Result<[CheckedStatement], DatabaseError> = .success([]),
        deadline: Deadline?, isTransactional: Bool = false, driver: PostgresDriver
    ) {
        self.work = work
        self.statements = statements
        self.checked = checked
        self.deadline = deadline
        self.isTransactional = isTransactional
        self.driver = driver
        // A call in a transaction is answered by the loop in any case: its transaction must learn of it.
        phase = Atomic(isTransactional ? Phase.started : Phase.waiting)
    }

    func cancel() {
        let (isWaiting, phase) = phase.compareExchange(
            expected: Phase.waiting, desired: Phase.over, ordering: .acquiringAndReleasing)
        if isWaiting { answer(.failure(Self.cancelled)) }
        if isWaiting || phase == Phase.started { driver.cancel(self) }
    }

    // MARK: On the loop

    /// Takes the call out of reach of its caller; false when it was cancelled meanwhile.
    func start() -> Bool {
        let (exchanged, phase) = phase.compareExchange(
            expected: Phase.waiting, desired: Phase.started, ordering: .acquiringAndReleasing)
        if phase == Phase.over { isFinished = true }
        return exchanged || phase == Phase.started
    }

    /// Whether nobody waits for it any more.
    var isOver: Bool {
        if !isFinished, phase.load(ordering: .acquiring) == Phase.over { isFinished = true }
        return isFinished
    }

    /// One statement that only reads, outside of transactions: it may share a unit with others, and be run again.
    var isPlainRead: Bool {
        guard !isTransactional, case .success(let checked) = checked, checked.count == 1 else { return false }
        return checked[0].isRead
    }

    /// Statements that only read may be run again when their connection is lost.
    var onlyReads: Bool {
        guard case .success(let checked) = checked else { return true }
        return checked.allSatisfy(\.isRead)
    }

    var isBegin: Bool {
        if case .begin = work { true } else { false }
    }

    /// A known statement that has not been slow before: it may share a unit with other reads.
    var isShareable: Bool {
        guard shapes.count == 1, let shape = shapes[0] else { return false }
        return isPlainRead && !shape.isSlow
    }

    var sql: String? { statements.first?.sql }

    func halt(_ stop: Stop, at moment: Deadline) {
        guard self.stop == nil else { return }
        self.stop = stop
        stoppedAt = moment
    }

    /// What the caller is told when it was stopped.
    var stopError: DatabaseError {
        stop == .cancelled ? Self.cancelled : DatabaseError(.timeout, "the deadline passed while the statement ran", sql: sql)
    }

    func finish(_ error: DatabaseError) {
        guard start(), !isFinished else { return }
        isFinished = true
        answer(.failure(error))
    }

    /// Succeeds with what was collected.
    func finish() {
        guard !isFinished else { return }
        isFinished = true
        if case .statements(let completion) = work { completion(.success(results)) }
    }

    func finish(_ transaction: PostgresTransaction) {
        guard !isFinished else { return }
        isFinished = true
        if case .begin(_, let completion) = work { completion(.success(transaction)) }
    }

    private func answer(_ result: Result<Never, DatabaseError>) {
        guard case .failure(let error) = result else { return }
        switch work {
        case .statements(let completion): completion(.failure(error))
        case .begin(_, let completion): completion(.failure(error))
        }
    }

    static let cancelled = DatabaseError(.cancelled, "the call was cancelled")
}
