import HearthKit

/// How a provider is spoken to: requests of ours as it takes them, answers of its as we have them. Pure; sends nothing.
protocol WireFormat: Sendable {
    /// Below the base URL.
    var path: String { get }

    /// How the key is shown.
    ///
    /// - Parameter key: nil for none.
    func headers(key: String?) -> [(name: String, value: String)]

    /// A request.
    ///
    /// - Parameters:
    ///   - request: What is asked.
    ///   - model: Which model.
    ///   - isStreamed: Whether the answer is to come piece by piece.
    func body(_ request: ChatRequest, model: String, isStreamed: Bool) -> JSONValue

    /// Reads a whole answer.
    func reply(_ json: JSONValue) throws(ProviderError) -> ChatReply

    /// Reads an answer with a status of failure.
    ///
    /// - Parameters:
    ///   - status: Of the answer.
    ///   - body: As JSON; null when it is none.
    ///   - header: Finds a header field.
    func failure(status: Int, body: JSONValue, header: (String) -> String?) -> ProviderError

    /// Begins to read an answer that comes piece by piece.
    func reader() -> any ReplyReader
}

extension ProviderError {
    /// A stream that ended in the middle.
    static let cutOff = ProviderError(.unavailable, "the stream ended before the answer did")

    /// Something that is not as documented.
    static func unexpected(_ what: String) -> ProviderError { ProviderError(.malformed, "the answer has no \(what)") }
}
