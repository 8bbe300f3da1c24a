import CHearth

/// What the host knows about a context.
public struct ContextInfo: Sendable {
    /// Whether nobody waits for the result any more.
    public let isCancelled: Bool
    /// When the host gives up; nil for never.
    public let deadline: Timestamp?
    /// Who acts; nil for nobody.
    public let actor: Actor?
    /// The trace, as in answers and logs.
    public let requestID: String
    /// Whether calls on the context join a transaction.
    public let isInTransaction: Bool
    /// Whether it is a service call: the transaction, if any, is the caller's.
    public let isBorrowed: Bool

    init(_ info: hearth_context_info) {
        isCancelled = info.cancelled != 0
        deadline = info.deadline == .max ? nil : Timestamp(microseconds: info.deadline)
        actor = info.actor.map { Actor($0) }
        requestID = String(info.request_id)
        isInTransaction = info.in_transaction != 0
        isBorrowed = info.borrowed != 0
    }

    /// Who acts.
    public struct Actor: Sendable {
        /// The user.
        public let id: UUID
        /// Whether he has the role admin.
        public let isAdmin: Bool
        /// How he proved who he is, such as `bearer`.
        public let scheme: String
        /// IANA name of his time zone.
        public let timezone: String
        /// That he has chosen, such as `fr`; nil when he has not. A route answers in ``Request/language(or:)``.
        public let language: String?

        init(_ actor: UnsafePointer<hearth_actor>) {
            id = withUnsafeBytes(of: actor.pointee.user) { UUID(bytes: $0) }
            isAdmin = actor.pointee.is_admin != 0
            scheme = String(actor.pointee.scheme)
            timezone = String(actor.pointee.timezone)
            language = actor.pointee.language.length == 0 ? nil : String(actor.pointee.language)
        }
    }
}
