import HearthKit

/// Reads a stream of Ollama: a JSON object a line, calls whole in one of them.
struct OllamaReader: ReplyReader {
    var splitter = LineSplitter()
    private var text = ""
    private var thinking = ""
    private var calls: [ToolCall] = []
    private var last: JSONValue?

    func whole() throws(ProviderError) -> ChatReply {
        guard let last else { throw .cutOff }
        var message: JSONObject = ["role": "assistant", "content": .string(text)]
        if !thinking.isEmpty { message["thinking"] = .string(thinking) }
        var turn = AssistantTurn(text: text, calls: calls)
        // Calls are written anew, so that each has its id.
        if calls.isEmpty { turn.original = .object(message) }
        return ChatReply(
            turn: turn, finish: OllamaFormat.finish(last["done_reason"]?.string, turn), usage: OllamaFormat.usage(last),
            model: last["model"]?.string ?? "")
    }

    mutating func read(_ piece: JSONValue) throws(ProviderError) -> String {
        if let error = piece["error"]?.string { throw ProviderError(.unavailable, error) }
        if piece["done"]?.isTrue == true { last = piece }
        guard let message = piece["message"] else { return "" }
        calls += try OllamaFormat.calls(message, after: calls.count)
        thinking += message["thinking"]?.string ?? ""
        let added = message["content"]?.string ?? ""
        text += added
        return added
    }
}
