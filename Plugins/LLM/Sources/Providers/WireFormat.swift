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

/// Reads one answer that comes piece by piece.
protocol ReplyReader: Sendable {
    /// Takes bytes as the network cuts them.
    ///
    /// - Returns: The text that they add to the answer; may be empty.
    mutating func take(_ bytes: [UInt8]) throws(ProviderError) -> String

    /// The stream is over.
    ///
    /// - Returns: The whole answer.
    /// - Throws: ``ProviderError`` when it was cut off.
    mutating func finish() throws(ProviderError) -> ChatReply
}

extension ProviderError {
    /// A stream that ended in the middle.
    static let cutOff = ProviderError(.unavailable, "the stream ended before the answer did")
    /// A line of a stream that is longer than anything a provider sends.
    static let endlessLine = ProviderError(.malformed, "a line of the stream is too long")

    /// Something that is not as documented.
    static func unexpected(_ what: String) -> ProviderError { ProviderError(.malformed, "the answer has no \(what)") }
}

/// A call of a tool whose arguments come in pieces.
struct PartialCall: Sendable {
    var id: String
    var name: String
    var arguments = ""

    /// The whole call.
    ///
    /// - Parameter index: Makes up an id where the provider gave none.
    func whole(_ index: Int) -> ToolCall {
        ToolCall(id: id.isEmpty ? "call_\(index)" : id, name: name, arguments: .read(arguments))
    }
}
