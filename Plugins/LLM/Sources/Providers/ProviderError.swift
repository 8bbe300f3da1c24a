import HearthKit

/// Why a provider gave no answer that can be used.
struct ProviderError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    enum Kind: String, Sendable {
        /// Too many requests for now.
        case rateLimited = "rate_limited"
        /// Busy, broken or not to be reached.
        case unavailable
        /// Took too long.
        case timeout
        /// The key is wrong, the account has no money, the model does not exist: the same tomorrow.
        case misconfigured
        /// It does not take this request.
        case rejected
        /// It answered what nobody understands.
        case malformed
    }

    /// What kind of failure it is.
    let kind: Kind
    /// One sentence for the log. May hold what the provider said, so it never reaches a user.
    let message: String
    /// Whether the same request may be answered in a moment.
    var isPassing: Bool
    /// How long the provider asks to be left alone.
    var pause: Duration?

    /// - Parameters:
    ///   - kind: What kind of failure it is.
    ///   - message: One sentence for the log.
    ///   - isPassing: Whether trying again may help; nil: as is usual for the kind.
    ///   - pause: How long the provider asks to be left alone.
    init(_ kind: Kind, _ message: String, isPassing: Bool? = nil, pause: Duration? = nil) {
        self.kind = kind
        // A server that answers megabytes does not fill the log.
        self.message = String(message.prefix(300))
        self.isPassing = isPassing ?? [.rateLimited, .unavailable, .timeout].contains(kind)
        self.pause = pause
    }

    var description: String { "\(kind.rawValue): \(message)" }

    /// A call of the host's client that failed.
    init(_ error: HostError) {
        switch error.kind {
        case .timeout: self.init(.timeout, error.description)
        case .denied, .invalid: self.init(.misconfigured, error.description)
        case .tooLarge: self.init(.malformed, error.description)
        // Nothing is gained by asking again while the circuit is open.
        case .unavailable: self.init(.unavailable, error.description, isPassing: error.code != "circuit_open")
        default: self.init(.unavailable, error.description)
        }
    }

    /// An answer with a status of failure, by what the three providers have in common.
    ///
    /// - Parameters:
    ///   - status: Of the answer.
    ///   - message: What the provider says.
    ///   - header: Finds a header field.
    init(status: Int, message: String, header: (String) -> String?) {
        let kind: Kind =
            switch status {
            case 401, 402, 403, 404: .misconfigured
            case 408, 504: .timeout
            case 429: .rateLimited
            case 409, 500...: .unavailable
            default: .rejected
            }
        self.init(kind, "\(status) \(message)", pause: RetryAfter.pause(header))
        switch header("x-should-retry") {
        case "true": isPassing = true
        case "false": isPassing = false
        default: break
        }
    }

    /// A redirect, which is not followed since the key and what users wrote go to nobody else.
    ///
    /// - Parameters:
    ///   - status: Of the answer.
    ///   - location: Where to; only its host is told, since there may be secrets in the rest.
    static func redirect(_ status: Int, to location: String?) -> ProviderError {
        let target = location.flatMap(host(of:)).map { " to \($0)" } ?? ""
        return ProviderError(
            .misconfigured, "\(status): the provider redirects\(target), and redirects are not followed; set its URL anew")
    }

    /// The host of a URL, with its port; nil when there is none, or one that looks like something else.
    private static func host(of url: String) -> String? {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2, parts[0] == "https:" || parts[0] == "http:", parts[1].isEmpty else { return nil }
        let host = parts[2]
        let isPlain = host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0)) }
        return isPlain && !host.isEmpty && host.utf8.count <= 100 ? String(host) : nil
    }
}
