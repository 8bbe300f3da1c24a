/// How far a transaction is, and what is still to be sent for it: everything but statements and the end travels with the next
/// of those.
struct PostgresProgress {
    /// What goes before the next statement.
    private(set) var prefix: [String]
    private(set) var isBegun = false
    private(set) var depth = 0
    /// The depth at which something failed: nothing is possible before that is rolled back.
    private var failedDepth: Int?

    static let failedBefore = DatabaseError(
        .rolledBack, "a statement of the transaction failed before: it can only be rolled back")

    init(_ options: TransactionOptions) {
        let isolation =
            switch options.isolation {
            case .readCommitted: "READ COMMITTED"
            case .repeatableRead: "REPEATABLE READ"
            case .serializable: "SERIALIZABLE"
            }
        prefix = ["BEGIN ISOLATION LEVEL \(isolation) READ \(options.readOnly ? "ONLY" : "WRITE")"]
    }

    var hasFailed: Bool { failedDepth != nil }

    /// What to send before a statement that is sent now.
    mutating func takePrefix() -> [String] {
        isBegun = true
        defer { prefix = [] }
        return prefix
    }

    /// A statement failed, or was not even sent.
    mutating func fail() {
        if failedDepth == nil { failedDepth = depth }
    }

    mutating func savepoint() throws(DatabaseError) -> Savepoint {
        if hasFailed { throw Self.failedBefore }
        depth += 1
        prefix.append(Self.set(depth))
        return Savepoint(depth: depth)
    }

    mutating func release(_ savepoint: Savepoint) throws(DatabaseError) {
        if let failedDepth {
            if failedDepth >= savepoint.depth { try rollback(to: savepoint) }
            throw Self.failedBefore
        }
        try check(savepoint)
        if prefix.last == Self.set(savepoint.depth) {
            prefix.removeLast()
        } else {
            prefix.append("RELEASE hearth_\(savepoint.depth)")
        }
        depth = savepoint.depth - 1
    }

    mutating func rollback(to savepoint: Savepoint) throws(DatabaseError) {
        try check(savepoint)
        if let failedDepth, failedDepth < savepoint.depth { throw Self.failedBefore }
        if let index = prefix.lastIndex(of: Self.set(savepoint.depth)) {
            prefix.removeSubrange(index...)
        } else {
            prefix += ["ROLLBACK TO hearth_\(savepoint.depth)", "RELEASE hearth_\(savepoint.depth)"]
        }
        depth = savepoint.depth - 1
        failedDepth = nil
    }

    /// What to send to make it last; nothing when nothing was done.
    mutating func commit() throws(DatabaseError) -> [String] {
        if hasFailed { throw Self.failedBefore }
        return isBegun ? takePrefix() + ["COMMIT"] : []
    }

    /// What to send to undo it; nothing when nothing was done.
    mutating func rollback() -> [String] {
        prefix = []
        return isBegun ? ["ROLLBACK"] : []
    }

    private func check(_ savepoint: Savepoint) throws(DatabaseError) {
        guard savepoint.depth > 0, savepoint.depth <= depth else { throw DatabaseError(.refused, "the savepoint is over") }
    }

    private static func set(_ depth: Int) -> String { "SAVEPOINT hearth_\(depth)" }
}
