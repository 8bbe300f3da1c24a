import HearthKit

/// Reads a stream of chat completions: pieces of a message, of its calls by their index, and at the end what it cost.
struct OpenAIReader: ReplyReader {
    private var events = ServerSentEvents()
    private var text = ""
    private var refusal = ""
    private var calls: [PartialCall] = []
    private var positions: [Int: Int] = [:]
    private var reason: String?
    private var usage: TokenUsage?
    private var model = ""

    mutating func take(_ bytes: [UInt8]) throws(ProviderError) -> String {
        let events: [ServerSentEvent]
        do { events = try self.events.take(bytes) } catch { throw .endlessLine }
        var text = ""
        for event in events { text += try read(event) }
        return text
    }

    mutating func finish() throws(ProviderError) -> ChatReply {
        if let event = events.finish() { _ = try read(event) }
        // `[DONE]` is left out by some servers; a reason to end is not.
        guard let reason else { throw .cutOff }
        let turn = AssistantTurn(text: text, calls: calls.enumerated().map { $1.whole($0) })
        let estimate = TokenUsage(input: 0, output: TokenUsage.estimate(text + calls.map(\.arguments).joined()))
        return ChatReply(
            turn: turn, finish: OpenAIFormat.finish(reason, turn, isRefused: !refusal.isEmpty), usage: usage ?? estimate,
            model: model)
    }

    private mutating func read(_ event: ServerSentEvent) throws(ProviderError) -> String {
        if event.data == "[DONE]" { return "" }
        let json: JSONValue
        do { json = try JSONValue(parsing: event.data) } catch {
            throw ProviderError(.malformed, "an event is no JSON: \(error)")
        }
        if let error = json["error"], error != .null { throw OpenAIFormat.failure(status: 500, error: error) { _ in nil } }
        if let name = json["model"]?.string { model = name }
        if case .object? = json["usage"] { usage = OpenAIFormat.usage(json["usage"]) }
        guard let choice = json["choices"]?.elements.first else { return "" }
        reason = choice["finish_reason"]?.string ?? reason
        let delta = choice["delta"]
        for (position, call) in (delta?["tool_calls"]?.elements ?? []).enumerated() { add(call, at: position) }
        refusal += delta?["refusal"]?.string ?? ""
        let piece = delta?["content"]?.string ?? ""
        text += piece
        return piece
    }

    /// Adds a piece of a call. Its index tells which; servers that leave it out send calls one after the other, each with its name.
    private mutating func add(_ piece: JSONValue, at position: Int) {
        let name = piece["function"]?["name"]?.string ?? ""
        let place: Int
        if let index = piece["index"]?.int {
            place = positions[index] ?? calls.count
            positions[index] = place
        } else {
            place = name.isEmpty ? max(0, calls.count - 1) : calls.count
        }
        if place == calls.count { calls.append(PartialCall(id: "", name: "")) }
        if calls[place].id.isEmpty { calls[place].id = piece["id"]?.string ?? "" }
        if calls[place].name.isEmpty { calls[place].name = name }
        let arguments = piece["function"]?["arguments"]
        if let text = arguments?.string { calls[place].arguments += text }
        if case .object? = arguments { calls[place].arguments = arguments?.text ?? "" }
    }
}
