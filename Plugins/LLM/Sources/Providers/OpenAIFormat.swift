import HearthKit

/// The chat completions of OpenAI, and of the many servers that are compatible with them more or less.
struct OpenAIFormat: WireFormat {
    let path = "/v1/chat/completions"

    func headers(key: String?) -> [(name: String, value: String)] {
        if let key { [("Authorization", "Bearer \(key)")] } else { [] }
    }

    func body(_ request: ChatRequest, model: String, isStreamed: Bool) -> JSONValue {
        let system: JSONValue = ["role": "system", "content": .string(request.instructions)]
        var body: JSONObject = [
            "model": .string(model), "max_completion_tokens": .integer(Int64(request.maximumTokens)),
            "messages": .array([system] + request.turns.flatMap(Self.messages)),
        ]
        if !request.tools.isEmpty {
            body["tools"] = .array(request.tools.map(Self.tool))
            if !request.mayCall { body["tool_choice"] = "none" }
        }
        if let form = request.form {
            body["response_format"] = [
                "type": "json_schema", "json_schema": ["name": .string(form.name), "strict": true, "schema": form.schema],
            ]
        }
        if let temperature = request.temperature { body["temperature"] = .number(temperature) }
        if isStreamed {
            body["stream"] = true
            body["stream_options"] = ["include_usage": true]
        }
        return .object(body)
    }

    /// A tool as OpenAI and Ollama take it.
    static func tool(_ tool: ChatTool) -> JSONValue {
        [
            "type": "function",
            "function": ["name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters],
        ]
    }

    private static func messages(_ turn: ChatTurn) -> [JSONValue] {
        switch turn {
        case .user(let text): return [["role": "user", "content": .string(text)]]
        case .results(let results):
            return results.map { ["role": "tool", "tool_call_id": .string($0.call.id), "content": .string($0.content)] }
        case .assistant(let turn):
            var message: JSONObject = ["role": "assistant", "content": .string(turn.text)]
            if !turn.calls.isEmpty {
                message["tool_calls"] = .array(
                    turn.calls.map {
                        [
                            "id": .string($0.id), "type": "function",
                            "function": [
                                "name": .string($0.name), "arguments": .string($0.arguments.string ?? $0.arguments.text),
                            ],
                        ]
                    })
            }
            return [.object(message)]
        }
    }

    func reply(_ json: JSONValue) throws(ProviderError) -> ChatReply {
        guard let choice = json["choices"]?.elements.first, let message = choice["message"] else { throw .unexpected("choice") }
        var turn = AssistantTurn(text: message["content"]?.string ?? "")
        for (index, call) in (message["tool_calls"]?.elements ?? []).enumerated() {
            guard let name = call["function"]?["name"]?.string else { throw .unexpected("name of a call") }
            let arguments = call["function"]?["arguments"] ?? [:]
            // A text by the book, an object by some of the compatible servers.
            turn.calls.append(
                ToolCall(
                    id: call["id"]?.string ?? "call_\(index)", name: name,
                    arguments: arguments.string.map { JSONValue.read($0) } ?? arguments))
        }
        let isRefused = message["refusal"]?.string != nil
        return ChatReply(
            turn: turn, finish: Self.finish(choice["finish_reason"]?.string, turn, isRefused: isRefused),
            usage: Self.usage(json["usage"]), model: json["model"]?.string ?? "")
    }

    /// Calls count more than the reason: several servers give `stop` with them.
    static func finish(_ reason: String?, _ turn: AssistantTurn, isRefused: Bool) -> Finish {
        if isRefused || reason == "content_filter" { return .refused }
        if reason == "length" { return .length }
        return turn.calls.isEmpty ? .stop : .toolCalls
    }

    static func usage(_ json: JSONValue?) -> TokenUsage {
        TokenUsage(input: json?["prompt_tokens"]?.tokens ?? 0, output: json?["completion_tokens"]?.tokens ?? 0)
    }

    func failure(status: Int, body: JSONValue, header: (String) -> String?) -> ProviderError {
        Self.failure(status: status, error: body["error"], header: header)
    }

    static func failure(status: Int, error: JSONValue?, header: (String) -> String?) -> ProviderError {
        let code = error?["code"]?.string ?? error?["type"]?.string ?? ""
        let message = "\(code) \(error?["message"]?.string ?? error?.string ?? "")"
        // Too little money has the status of too many requests, but waiting does not help.
        if code == "insufficient_quota" { return ProviderError(.misconfigured, "\(status) \(message)") }
        return ProviderError(status: status, message: message, header: header)
    }

    func reader() -> any ReplyReader { OpenAIReader() }
}
