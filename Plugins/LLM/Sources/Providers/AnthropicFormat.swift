import HearthKit

/// The Messages API of Anthropic.
struct AnthropicFormat: WireFormat {
    let path = "/v1/messages"

    func headers(key: String?) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = [("anthropic-version", "2023-06-01")]
        if let key { headers.append(("x-api-key", key)) }
        return headers
    }

    func body(_ request: ChatRequest, model: String, isStreamed: Bool) -> JSONValue {
        var body: JSONObject = [
            "model": .string(model), "max_tokens": .integer(Int64(request.maximumTokens)),
            "system": .string(request.instructions), "messages": .array(Self.messages(request.turns)),
        ]
        if !request.tools.isEmpty {
            body["tools"] = .array(
                request.tools.map {
                    ["name": .string($0.name), "description": .string($0.description), "input_schema": $0.parameters]
                })
            if !request.mayCall { body["tool_choice"] = ["type": "none"] }
        }
        if let form = request.form {
            body["output_config"] = ["format": ["type": "json_schema", "schema": form.schema]]
        }
        if let temperature = request.temperature { body["temperature"] = .number(temperature) }
        if isStreamed { body["stream"] = true }
        return .object(body)
    }

    /// Turns of the same side are one message: two in a row are refused.
    private static func messages(_ turns: [ChatTurn]) -> [JSONValue] {
        var messages: [(role: String, content: [JSONValue])] = []
        for turn in turns {
            let (role, content): (String, [JSONValue]) =
                switch turn {
                case .user(let text): ("user", [["type": "text", "text": .string(text)]])
                case .assistant(let turn): ("assistant", blocks(turn))
                case .results(let results): ("user", results.map(block))
                }
            guard !content.isEmpty else { continue }
            if let last = messages.indices.last, messages[last].role == role {
                messages[last].content += content
            } else {
                messages.append((role, content))
            }
        }
        return messages.map { ["role": .string($0.role), "content": .array($0.content)] }
    }

    private static func blocks(_ turn: AssistantTurn) -> [JSONValue] {
        if case .array(let original)? = turn.original { return original }
        // An empty text block is refused.
        let text: [JSONValue] = turn.text.isEmpty ? [] : [["type": "text", "text": .string(turn.text)]]
        let calls = turn.calls.map { call -> JSONValue in
            ["type": "tool_use", "id": .string(call.id), "name": .string(call.name), "input": input(call.arguments)]
        }
        return text + calls
    }

    /// Arguments have to be an object, even those that a model got wrong.
    private static func input(_ arguments: JSONValue) -> JSONValue {
        if case .object = arguments { arguments } else { [:] }
    }

    private static func block(_ result: ToolResult) -> JSONValue {
        [
            "type": "tool_result", "tool_use_id": .string(result.call.id), "content": .string(result.content),
            "is_error": .boolean(result.isError),
        ]
    }

    func reply(_ json: JSONValue) throws(ProviderError) -> ChatReply {
        guard case .array(let content)? = json["content"] else { throw .unexpected("content") }
        var turn = AssistantTurn(text: "", original: .array(content))
        for block in content {
            switch block["type"]?.string {
            case "text": turn.text += block["text"]?.string ?? ""
            case "tool_use":
                guard let id = block["id"]?.string, let name = block["name"]?.string else { throw .unexpected("id of a call") }
                turn.calls.append(ToolCall(id: id, name: name, arguments: block["input"] ?? [:]))
            default: break
            }
        }
        return ChatReply(
            turn: turn, finish: Self.finish(json["stop_reason"]?.string, turn), usage: Self.usage(json["usage"]),
            model: json["model"]?.string ?? "")
    }

    static func finish(_ reason: String?, _ turn: AssistantTurn) -> Finish {
        switch reason {
        case "tool_use": .toolCalls
        case "max_tokens", "model_context_window_exceeded": .length
        case "refusal": .refused
        case "pause_turn": .paused
        default: turn.calls.isEmpty ? .stop : .toolCalls
        }
    }

    /// What the provider counts apart was sent all the same.
    static func usage(_ json: JSONValue?) -> TokenUsage {
        let input = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"].map { json?[$0]?.tokens ?? 0 }
        return TokenUsage(input: input.reduce(0, +), output: json?["output_tokens"]?.tokens ?? 0)
    }

    func failure(status: Int, body: JSONValue, header: (String) -> String?) -> ProviderError {
        let error = body["error"]
        return ProviderError(
            status: status, message: "\(error?["type"]?.string ?? "") \(error?["message"]?.string ?? "")", header: header)
    }

    func reader() -> any ReplyReader { AnthropicReader() }
}
