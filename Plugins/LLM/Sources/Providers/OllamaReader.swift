import HearthKit

/// Reads a stream of Ollama: a JSON object a line, calls whole in one of them.
struct OllamaReader: ReplyReader {
    private var lines = LineSplitter()
    private var text = ""
    private var thinking = ""
    private var calls: [ToolCall] = []
    private var last: JSONValue?

    mutating func take(_ bytes: [UInt8]) throws(ProviderError) -> String {
        let lines: [String]
        do { lines = try self.lines.take(bytes) } catch { throw .endlessLine }
        var text = ""
        for line in lines where !line.isEmpty { text += try read(line) }
        return text
    }

    mutating func finish() throws(ProviderError) -> ChatReply {
        if let line = lines.finish() { _ = try read(line) }
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

    private mutating func read(_ line: String) throws(ProviderError) -> String {
        let json: JSONValue
        do { json = try JSONValue(parsing: line) } catch { throw ProviderError(.malformed, "a line is no JSON: \(error)") }
        if let error = json["error"]?.string { throw ProviderError(.unavailable, error) }
        if json["done"]?.isTrue == true { last = json }
        guard let message = json["message"] else { return "" }
        calls += try OllamaFormat.calls(message, after: calls.count)
        thinking += message["thinking"]?.string ?? ""
        let piece = message["content"]?.string ?? ""
        text += piece
        return piece
    }
}
