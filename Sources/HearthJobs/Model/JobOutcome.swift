/// What a handler made of a job.
public enum JobOutcome: Sendable, Equatable {
    /// Done.
    case completed
    /// Failed; tried again as the kind's policy says.
    case failed(JobFailure)
    /// To be run again later, which counts as no failure: a remote service that asks for patience.
    case snoozed(Duration)
    /// Given up, without another try.
    case cancelled(reason: String)
}

/// Why a run failed.
public struct JobFailure: Error, Sendable, Equatable {
    /// One sentence for operators.
    public var message: String
    /// The pause before the next try, instead of the policy's.
    public var retryAfter: Duration?
    /// Another try is of no use: it is discarded at once.
    public var isFinal: Bool

    /// - Parameters:
    ///   - message: one sentence for operators
    ///   - retryAfter: the pause before the next try, instead of the policy's
    ///   - isFinal: whether another try is of no use
    public init(_ message: String, retryAfter: Duration? = nil, isFinal: Bool = false) {
        self.message = message
        self.retryAfter = retryAfter
        self.isFinal = isFinal
    }
}
