import CHearth

/// A call of the host, or of another plugin through it, that failed.
public struct HostError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Kind: Sendable, Equatable {
        let status: HearthStatus

        /// Failed for a reason that the message tells.
        public static let failed = Kind(status: .failed)
        /// The context is over.
        public static let stale = Kind(status: .stale)
        /// An argument or a statement is wrong.
        public static let invalid = Kind(status: .invalid)
        /// What was named does not exist.
        public static let notFound = Kind(status: .notFound)
        /// Not granted, or not allowed in this state.
        public static let denied = Kind(status: .denied)
        /// Not there at the moment.
        public static let unavailable = Kind(status: .unavailable)
        /// A bounded queue is full, or the context is in use.
        public static let busy = Kind(status: .busy)
        /// The deadline has passed.
        public static let timeout = Kind(status: .timeout)
        /// Nobody waits for the result any more.
        public static let cancelled = Kind(status: .cancelled)
        /// Already there: a unique value.
        public static let conflict = Kind(status: .conflict)
        /// A check, not-null or foreign-key constraint refused the data.
        public static let constraint = Kind(status: .constraint)
        /// Lost against a concurrent transaction.
        public static let serialization = Kind(status: .serialization)
        /// The transaction can only be rolled back.
        public static let rolledBack = Kind(status: .rolledBack)
        /// Over a size limit.
        public static let tooLarge = Kind(status: .tooLarge)
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// A stable word for programs, such as the violated constraint or a provider's error code; may be empty.
    public let code: String
    /// One sentence for people. For the log: it may hold SQL or data, so it is never sent to a client.
    public let message: String
    /// Whether the same call may succeed later.
    public let retryable: Bool
    /// The code of an ``Kind/unavailable`` of the database when it is unknown whether the call took effect; see `database.h`.
    public static let uncertain = "uncertain"
    /// Whether the host did not even begin with the call.
    private(set) var isRefusal = false

    /// A readable form for logs.
    public var description: String { code.isEmpty ? message : "\(code): \(message)" }

    /// - Parameters:
    ///   - kind: What kind of failure it is.
    ///   - code: A stable word for programs.
    ///   - message: One sentence for people.
    ///   - retryable: Whether the same call may succeed later.
    public init(_ kind: Kind, code: String = "", message: String, retryable: Bool = false) {
        self.kind = kind
        self.code = code
        self.message = message
        self.retryable = retryable
    }

    init(_ error: UnsafePointer<hearth_error>) {
        self.init(
            Kind(status: HearthStatus(error.pointee.status)), code: String(error.pointee.code),
            message: String(error.pointee.message), retryable: error.pointee.retryable != 0)
    }

    /// Throws unless a call of the host was accepted.
    static func check(_ status: hearth_status, _ call: @autoclosure () -> String) throws(HostError) {
        guard status != HearthStatus.ok.rawValue else { return }
        var error = HostError(
            Kind(status: HearthStatus(status)), message: "\(call()) was refused with status \(status)",
            retryable: status == HearthStatus.busy.rawValue || status == HearthStatus.unavailable.rawValue)
        error.isRefusal = true
        throw error
    }
}
