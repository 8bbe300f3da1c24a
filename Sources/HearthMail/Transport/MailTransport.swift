/// What takes mails to where they are delivered.
public protocol MailTransport: Sendable {
    /// Delivers a mail.
    ///
    /// - Parameters:
    ///   - mail: what
    ///   - handingOver: asked once, when everything but the last byte is with the server: from then on it may have the mail whether it
    ///     says so or not. Answers whether the mail may be handed over; transports that know what became of a mail do not ask.
    func deliver(_ mail: Mail, handingOver: @escaping @Sendable () async -> Bool) async -> MailOutcome
}

/// What became of a mail.
public enum MailOutcome: Sendable, Equatable {
    /// It was taken.
    case accepted
    /// The server has refused it, in its own words: for good, or for now.
    case refused(String, isPermanent: Bool)
    /// The server could not be reached, or the mail was not to be handed over: nobody has it.
    case failed(String)
    /// It was handed over, and no answer came: nobody knows whether it was taken.
    case inDoubt(String)

    /// A word for metrics.
    public var name: String {
        switch self {
        case .accepted: "accepted"
        case .refused: "refused"
        case .failed: "failed"
        case .inDoubt: "in_doubt"
        }
    }
}
