import HearthKit

/// Reads a stream of the Messages API: blocks that begin, grow and end.
struct AnthropicReader: ReplyReader {
    var splitter = ServerSentEvents()
    private var blocks: [Int: JSONObject] = [:]
    private var arguments: [Int: String] = [:]
    private var usage: JSONObject = [:]
    private var reason: String?
    private var model = ""
    private var isOver = false

    func whole() throws(ProviderError) -> ChatReply {
        guard isOver else { throw .cutOff }
        let content: [JSONValue] = blocks.keys.sorted().map { index in
            var block = blocks[index] ?? [:]
            if block["type"]?.string == "tool_use" {
                block["input"] = JSONValue.read(arguments[index] ?? "")
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

    mutating func read(_ piece: JSONValue) throws(ProviderError) -> String {
        switch piece["type"]?.string {
        case "message_start":
            model = piece["message"]?["model"]?.string ?? ""
            merge(piece["message"]?["usage"])
        case "content_block_start":
            guard let index = piece["index"]?.int, case .object(let block)? = piece["content_block"] else { return "" }
            blocks[index] = block
            return block["text"]?.string ?? ""
        case "content_block_delta":
            guard let index = piece["index"]?.int, let delta = piece["delta"] else { return "" }
            return grow(index, by: delta)
        case "message_delta":
            reason = piece["delta"]?["stop_reason"]?.string ?? reason
            merge(piece["usage"])
        case "message_stop": isOver = true
        case "error":
            let error = piece["error"]
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
