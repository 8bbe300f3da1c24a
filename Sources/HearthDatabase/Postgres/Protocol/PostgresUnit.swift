import HearthThreads

/// What goes to the server between two Syncs, and so takes effect as a whole: the statements of one call, several independent
/// reads, or a step of a transaction. Belongs to the thread of the loop.
final class PostgresUnit {
    enum Purpose {
        /// Calls of one reading statement each, which share nothing but the way.
        case reads
        /// One call outside of transactions.
        case statements
        /// The types of a call's statements are asked for, before it is run.
        case describe
        /// A step of a transaction.
        case transaction(PostgresTransaction)
        /// Nothing: is the server there?
        case probe
    }
    enum Part {
        /// A statement of the engine's own.
        case command(PostgresShape)
        /// A statement of a call.
        case statement(PostgresCall, Int, PostgresShape)
        /// A statement of a call without parameters, which is not kept.
        case once(PostgresCall, Int)
        /// The types of a statement of a call.
        case describe(PostgresCall, Int, PostgresShape)
    }

    let purpose: Purpose
    let calls: [PostgresCall]
    let parts: [Part]
    /// When it came to the front of its connection.
    var startedAt = Deadline(uptimeNanoseconds: .max)
    /// What went wrong; the parts after it were not run.
    var failure: Failure?

    struct Failure {
        var part: Int
        var cause: Cause
    }
    enum Cause {
        case server(PostgresFailure)
        case refused(DatabaseError)
        /// A COMMIT that the server answered with a rollback.
        case rolledBack
    }

    init(_ purpose: Purpose, calls: [PostgresCall], parts: [Part]) {
        self.purpose = purpose
        self.calls = calls
        self.parts = parts
    }
}
