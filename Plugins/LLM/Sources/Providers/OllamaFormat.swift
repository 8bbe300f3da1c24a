import HearthKit

/// The chat of Ollama, on this machine or another.
struct OllamaFormat: WireFormat {
    let path = "/api/chat"
    /// How many tokens the model has before it: without it the oldest messages are dropped when there are more than its machine's default.
    let contextTokens: Int

    func headers(key: String?) -> [(name: String, value: String)] {
        if let key { [("Authorization", "Bearer \(key)")] } else { [] }
    }

    func body(_ request: ChatRequest, model: String, isStreamed: Bool) -> JSONValue {
        var options: JSONObject = [
            "num_ctx": .integer(Int64(contextTokens)), "num_predict": .integer(Int64(request.maximumTokens)),
        ]
        if let temperature = request.temperature { options["temperature"] = .number(temperature) }
        let system: JSONValue = ["role": "system", "content": .string(request.instructions)]
        var body: JSONObject = [
            "model": .string(model), "stream": .boolean(isStreamed), "truncate": false, "options": .object(options),
            "messages": .array([system] + request.turns.flatMap(Self.messages)),
        ]
        // There is no way to keep it from calling tools but to show none, and a form would keep it from calling any.
        if request.mayCall, !request.tools.isEmpty {
            body["tools"] = .array(request.tools.map(OpenAIFormat.tool))
        } else if let form = request.form {
            body["format"] = form.schema
        }
        return .object(body)
    }

    private static func messages(_ turn: ChatTurn) -> [JSONValue] {
        switch turn {
        case .user(let text): return [["role": "user", "content": .string(text)]]
        case .results(let results):
            return results.map {
                [
                    "role": "tool", "tool_name": .string($0.call.name), "tool_call_id": .string($0.call.id),
                    "content": .string($0.content),
                ]
            }
        case .assistant(let turn):
            if let original = turn.original { return [original] }
            var message: JSONObject = ["role": "assistant", "content": .string(turn.text)]
            if !turn.calls.isEmpty {
                message["tool_calls"] = .array(
                    turn.calls.map {
                        ["id": .string($0.id), "function": ["name": .string($0.name), "arguments": arguments($0.arguments)]]
                    })
            }
            return [.object(message)]
        }
    }

    /// Arguments have to be an object, even those that a model got wrong.
    private static func arguments(_ arguments: JSONValue) -> JSONValue { if case .object = arguments { arguments } else { [:] } }

    func reply(_ json: JSONValue) throws(ProviderError) -> ChatReply {
        if let error = json["error"]?.string { throw ProviderError(.unavailable, error) }
        guard let message = json["message"], case .object = message else { throw .unexpected("message") }
        guard json["done"]?.isTrue == true else { throw .cutOff }
        var turn = AssistantTurn(text: message["content"]?.string ?? "", original: message)
        turn.calls = try Self.calls(message, after: 0)
        return ChatReply(
            turn: turn, finish: Self.finish(json["done_reason"]?.string, turn), usage: Self.usage(json),
            model: json["model"]?.string ?? "")
    }

    /// The calls of a message, each whole.
    static func calls(_ message: JSONValue, after count: Int) throws(ProviderError) -> [ToolCall] {
        var calls: [ToolCall] = []
        for (index, call) in (message["tool_calls"]?.elements ?? []).enumerated() {
            guard let name = call["function"]?["name"]?.string else { throw .unexpected("name of a call") }
            let id = call["id"]?.string ?? ""
            calls.append(
                ToolCall(
                    id: id.isEmpty ? "call_\(count + index)" : id, name: name, arguments: call["function"]?["arguments"] ?? [:]))
        }
        return calls
    }

    static func finish(_ reason: String?, _ turn: AssistantTurn) -> Finish {
        switch reason {
        case "length": .length
        case "load": .paused
        default: turn.calls.isEmpty ? .stop : .toolCalls
        }
    }

    static func usage(_ json: JSONValue) -> TokenUsage {
        TokenUsage(input: json["prompt_eval_count"]?.tokens ?? 0, output: json["eval_count"]?.tokens ?? 0)
    }

    func failure(status: Int, body: JSONValue, header: (String) -> String?) -> ProviderError {
        ProviderError(status: status, message: body["error"]?.string ?? "", header: header)
    }

    func reader() -> any ReplyReader { OllamaReader() }
}
