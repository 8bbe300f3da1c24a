import HearthKit

/// Reads a stream of chat completions: pieces of a message, of its calls by their index, and at the end what it cost.
struct OpenAIReader: ReplyReader {
    var splitter = ServerSentEvents()
    private var text = ""
    private var refusal = ""
    private var calls: [PartialCall] = []
    private var positions: [Int: Int] = [:]
    private var reason: String?
    private var usage: TokenUsage?
    private var model = ""

    func whole() throws(ProviderError) -> ChatReply {
        // `[DONE]` is left out by some servers; a reason to end is not.
        guard let reason else { throw .cutOff }
        let turn = AssistantTurn(text: text, calls: calls.enumerated().map { $1.whole($0) })
        let estimate = TokenUsage(input: 0, output: TokenUsage.estimate(text + calls.map(\.arguments).joined()))
        return ChatReply(
            turn: turn, finish: OpenAIFormat.finish(reason, turn, isRefused: !refusal.isEmpty), usage: usage ?? estimate,
            model: model)
    }

    mutating func read(_ piece: JSONValue) throws(ProviderError) -> String {
        if let error = piece["error"], error != .null { throw OpenAIFormat.failure(status: 500, error: error) { _ in nil } }
        if let name = piece["model"]?.string { model = name }
        if case .object? = piece["usage"] { usage = OpenAIFormat.usage(piece["usage"]) }
        guard let choice = piece["choices"]?.elements.first else { return "" }
        reason = choice["finish_reason"]?.string ?? reason
        let delta = choice["delta"]
        for call in delta?["tool_calls"]?.elements ?? [] { add(call) }
        refusal += delta?["refusal"]?.string ?? ""
        let added = delta?["content"]?.string ?? ""
        text += added
        return added
    }

    /// Adds a piece of a call. Its index tells which; servers that leave it out send calls one after the other, each with its name.
    private mutating func add(_ piece: JSONValue) {
        let name = piece["function"]?["name"]?.string ?? ""
        let place: Int
        if let index = piece["index"]?.int {
            place = positions[index] ?? calls.count
            positions[index] = place
        } else {
            place = name.isEmpty ? max(0, calls.count - 1) : calls.count
        }
        if place == calls.count { calls.append(PartialCall()) }
        if calls[place].id.isEmpty { calls[place].id = piece["id"]?.string ?? "" }
        if calls[place].name.isEmpty { calls[place].name = name }
        let arguments = piece["function"]?["arguments"]
        if let text = arguments?.string { calls[place].arguments += text }
        if case .object? = arguments { calls[place].arguments = arguments?.text ?? "" }
    }
}

/// A call of a tool whose arguments come in pieces.
private struct PartialCall {
    var id = ""
    var name = ""
    var arguments = ""

    /// The whole call.
    ///
    /// - Parameter index: Makes up an id where the provider gave none.
    func whole(_ index: Int) -> ToolCall {
        ToolCall(id: id.isEmpty ? "call_\(index)" : id, name: name, arguments: .read(arguments))
    }
}
