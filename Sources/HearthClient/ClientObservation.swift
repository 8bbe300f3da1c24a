import HearthThreads

/// One request to another server, as an operator counts it: each attempt and each redirect is one.
public struct ClientObservation: Sendable {
    /// On whose behalf it was made.
    public let owner: String
    /// The host that was asked; empty when it is not granted, so that nobody makes up names.
    public let host: String
    /// `2xx`, `3xx`, `4xx`, `5xx`, or why there was no answer: `denied`, `circuit_open`, `unavailable`, `timeout`, `cancelled`,
    /// `failed`.
    public let outcome: String
    /// Until the head of the response, or the failure.
    public let duration: Duration

    init(_ owner: String, _ url: ClientURL, _ result: Result<Int, ClientError>, since start: Deadline) {
        self.owner = owner
        let isDenied = if case .failure(let error) = result { error.kind == .denied } else { false }
        host = isDenied ? "" : url.host
        outcome =
            switch result {
            case .success(let status): "\(status / 100)xx"
            case .failure(let error) where error.code == OutboundClient.isOpen: error.code
            case .failure(let error): "\(error.kind)"
            }
        duration = .nanoseconds(Int64(clamping: Deadline.now.uptimeNanoseconds - start.uptimeNanoseconds))
    }
}

/// An origin that is left alone for a while, since it has failed.
public struct OpenCircuit: Sendable, Hashable {
    /// Who has called it.
    public let owner: String
    /// Scheme, host and port.
    public let origin: String
}
