import HearthKit

/// Somebody who runs models, and how he is spoken to.
struct Provider: Sendable {
    /// `anthropic`, `openai` or `ollama`.
    let name: String
    let format: any WireFormat
    /// Without a slash at the end.
    let url: String
    let key: String?
    let model: String
    /// How long an answer may take, or a piece of one.
    let timeout: Duration

    /// A request as it is sent.
    func request(_ chat: ChatRequest, isStreamed: Bool) -> ClientRequest {
        var request = ClientRequest(
            .post, url + format.path, headers: format.headers(key: key),
            json: format.body(chat, model: model, isStreamed: isStreamed))
        request.timeout = timeout
        // When to try again is decided here: who is asked for a text is charged for each.
        request.attempts = 1
        request.responseLimit = 8 << 20
        // The key goes to nobody else.
        request.followsRedirects = false
        return request
    }

    /// A text for the log: providers repeat keys that they do not like.
    func withoutKey(_ text: String) -> String {
        guard let key, !key.isEmpty else { return text }
        return text.replacing(key, with: "…")
    }

    /// Reads an answer.
    ///
    /// - Throws: ``ProviderError``.
    func reply(_ response: ClientResponse) throws(ProviderError) -> ChatReply {
        guard response.isSuccess else { throw failure(response, body: response.body) }
        let json: JSONValue
        do { json = try response.json() } catch { throw ProviderError(.malformed, "the answer is no JSON: \(error)") }
        return try format.reply(json)
    }

    /// Reads an answer with a status of failure.
    ///
    /// - Parameters:
    ///   - response: Its head counts.
    ///   - body: What it says.
    func failure(_ response: ClientResponse, body: [UInt8]) -> ProviderError {
        if (300...399).contains(response.status) { return .redirect(response.status, to: response.header("location")) }
        return format.failure(status: response.status, body: (try? JSONValue(parsing: body)) ?? .null) { response.header($0) }
    }
}
