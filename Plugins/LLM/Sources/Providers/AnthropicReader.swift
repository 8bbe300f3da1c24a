import HearthKit

/// Reads a stream of the Messages API: blocks that begin, grow and end.
struct AnthropicReader: ReplyReader {
    private var events = ServerSentEvents()
    private var blocks: [Int: JSONObject] = [:]
    private var arguments: [Int: String] = [:]
    private var usage: JSONObject = [:]
    private var reason: String?
    private var model = ""
    private var isOver = false

    mutating func take(_ bytes: [UInt8]) throws(ProviderError) -> String {
        let events: [ServerSentEvent]
        do { events = try self.events.take(bytes) } catch { throw .endlessLine }
        var text = ""
        for event in events { text += try read(event) }
        return text
    }

    mutating func finish() throws(ProviderError) -> ChatReply {
        if let event = events.finish() { _ = try read(event) }
        guard isOver else { throw .cutOff }
        let content: [JSONValue] = blocks.keys.sorted().map { index in
            var block = blocks[index] ?? [:]
            if block["type"]?.string == "tool_use" {
                let input = JSONValue.read(arguments[index] ?? "")
                block["input"] = input
            }
            return .object(block)
        }
        var reply = try AnthropicFormat().reply([
            "content": .array(content), "usage": .object(usage), "model": .string(model),
            "stop_reason": reason.map { JSONValue.string($0) } ?? JSONValue.null,
        ])
        // A call whose arguments are no object cannot be repeated as it came.
        if reply.turn.calls.contains(where: { if case .object = $0.arguments { false } else { true } }) {
            reply.turn.original = nil
        }
        return reply
    }

    private mutating func read(_ event: ServerSentEvent) throws(ProviderError) -> String {
        let json: JSONValue
        do { json = try JSONValue(parsing: event.data) } catch {
            throw ProviderError(.malformed, "an event is no JSON: \(error)")
        }
        switch json["type"]?.string {
        case "message_start":
            model = json["message"]?["model"]?.string ?? ""
            merge(json["message"]?["usage"])
        case "content_block_start":
            guard let index = json["index"]?.int, case .object(let block)? = json["content_block"] else { return "" }
            blocks[index] = block
            return block["text"]?.string ?? ""
        case "content_block_delta":
            guard let index = json["index"]?.int, let delta = json["delta"] else { return "" }
            return grow(index, by: delta)
        case "message_delta":
            reason = json["delta"]?["stop_reason"]?.string ?? reason
            merge(json["usage"])
        case "message_stop": isOver = true
        case "error":
            let error = json["error"]
            let name = error?["type"]?.string ?? ""
            let status = ["rate_limit_error": 429, "overloaded_error": 529, "timeout_error": 504][name] ?? 500
            throw ProviderError(status: status, message: "\(name) \(error?["message"]?.string ?? "")") { _ in nil }
        default: break
        }
        return ""
    }

    /// Adds to a block; kinds that this version does not know are passed over.
    private mutating func grow(_ index: Int, by delta: JSONValue) -> String {
        let text = delta["text"]?.string ?? ""
        switch delta["type"]?.string {
        case "text_delta": add(text, to: "text", of: index)
        case "thinking_delta": add(delta["thinking"]?.string ?? "", to: "thinking", of: index)
        case "signature_delta": add(delta["signature"]?.string ?? "", to: "signature", of: index)
        case "input_json_delta": arguments[index, default: ""] += delta["partial_json"]?.string ?? ""
        default: break
        }
        return delta["type"]?.string == "text_delta" ? text : ""
    }

    private mutating func add(_ text: String, to member: String, of index: Int) {
        let before = blocks[index]?[member]?.string ?? ""
        blocks[index]?[member] = .string(before + text)
    }

    /// The counts are totals: later ones replace earlier ones.
    private mutating func merge(_ counts: JSONValue?) {
        guard case .object(let counts)? = counts else { return }
        for (name, value) in counts.members { usage[name] = value }
    }
}
