/// Why the database did not do what it was asked.
public struct DatabaseError: Error, Sendable, Equatable {
    /// What a program can tell apart.
    public enum Kind: Sendable, Equatable {
        /// A value that must be unique is there already.
        case unique
        /// A check, not-null or foreign-key constraint refused the data.
        case constraint
        /// Lost against a concurrent transaction; the owner of the transaction may run it again.
        case serialization
        /// The transaction can only be rolled back, or has been: something in it failed, or it took too long.
        case rolledBack
        /// The deadline has passed.
        case timeout
        /// The call was cancelled.
        case cancelled
        /// The database cannot be reached, or no connection came free in time; worth another try.
        case unavailable
        /// The waiting queue is full, or the transaction is running another call.
        case busy
        /// The statement, a parameter or the order of calls is against the rules; the message names the cure.
        case refused
        /// More rows, bytes, statements or list elements than allowed.
        case tooLarge
        /// Anything else.
        case failed
    }

    /// What a program can tell apart.
    public var kind: Kind
    /// One sentence for people who develop or operate; never holds a parameter's value.
    public var message: String
    /// The violated constraint: its name, or `table.column` of a not-null constraint; nil when unknown.
    public var constraint: String?
    /// The SQL that failed, for the log only.
    public var sql: String?

    /// Whether it is unknown if the call took effect: its connection was lost before the answer came. Otherwise a call that
    /// fails has had none.
    public var isUncertain: Bool

    /// Makes an error.
    public init(
        _ kind: Kind, _ message: String, constraint: String? = nil, sql: String? = nil, isUncertain: Bool = false
    ) {
        self.kind = kind
        self.message = message
        self.constraint = constraint
        self.sql = sql
        self.isUncertain = isUncertain
    }
}

extension DatabaseError: CustomStringConvertible {
    /// Kind and message, without the SQL: it may reach a client through careless code.
    public var description: String { "\(kind): \(message)" }
}
