import HTTPTypes
import HearthJSON

/// Chat completions.
struct OpenAIModelFormat: ModelFormat {
    let path = "/v1/chat/completions"
    let streamType = "text/event-stream"
    let streamsUnasked = false
    let beginning = 3

    func refusal(of headers: HTTPFields) -> String? {
        headers[.authorization]?.hasPrefix("Bearer sk-") == true ? nil : "Incorrect API key provided"
    }

    func refusal(of body: JSONValue, _ headers: HTTPFields) -> String? {
        if let missing = missing(["model", "messages"], in: body) { return missing }
        var open: [String] = []
        for message in body["messages"]?.elements ?? [] {
            switch message["role"]?.string {
            case "tool":
                guard let id = message["tool_call_id"]?.string, open.first == id else { return "a tool message without its call" }
                open.removeFirst()
            case "assistant": open = (message["tool_calls"]?.elements ?? []).compactMap { $0["id"]?.string }
            default: if !open.isEmpty { return "An assistant message with 'tool_calls' must be followed by tool messages" }
            }
        }
        return open.isEmpty ? nil : "An assistant message with 'tool_calls' must be followed by tool messages"
    }

    func question(_ body: JSONValue) -> ModelQuestion {
        let messages = body["messages"]?.elements ?? []
        func texts(_ role: String) -> [String] {
            messages.filter { $0["role"]?.string == role }.map { $0["content"]?.string ?? "" }
        }
        return ModelQuestion(body: body, toolResults: texts("tool"), userText: texts("user").joined())
    }

    private func reason(_ answer: ModelAnswer) -> JSONValue {
        switch answer.end {
        case .done: answer.calls.isEmpty ? "stop" : "tool_calls"
        case .tooLong: "length"
        case .refused: "content_filter"
        }
    }

    private func call(_ index: Int, _ call: ModelAnswer.Call) -> JSONValue {
        [
            "id": .string("call_\(index)"), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
        ]
    }

    private func usage(_ answer: ModelAnswer) -> JSONValue {
        [
            "prompt_tokens": .count(answer.tokens.input), "completion_tokens": .count(answer.tokens.output),
            "total_tokens": .count(answer.tokens.input + answer.tokens.output),
            "prompt_tokens_details": ["cached_tokens": 0], "completion_tokens_details": ["reasoning_tokens": 0],
        ]
    }

    func whole(_ answer: ModelAnswer, model: String) -> JSONValue {
        var message: JSONObject = [
            "role": "assistant", "content": answer.text.isEmpty ? nil : .string(answer.text), "refusal": nil,
        ]
        if !answer.calls.isEmpty { message["tool_calls"] = .array(answer.calls.enumerated().map { call($0, $1) }) }
        return [
            "id": "chatcmpl-9", "object": "chat.completion", "created": 1_760_000_000, "model": .string(model),
            "choices": [["index": 0, "message": .object(message), "logprobs": nil, "finish_reason": reason(answer)]],
            "usage": usage(answer), "service_tier": "default", "system_fingerprint": "fp_1",
        ]
    }

    func stream(_ answer: ModelAnswer, model: String) -> [String] {
        func chunk(_ delta: JSONValue, _ reason: JSONValue = nil) -> String {
            piece([
                "id": "chatcmpl-9", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": .string(model),
                "choices": [["index": 0, "delta": delta, "logprobs": nil, "finish_reason": reason]], "usage": nil,
            ])
        }
        var pieces = [": keep-alive\n\n", chunk(["role": "assistant", "content": ""])]
        if !answer.text.isEmpty { pieces += answer.text.halves.map { chunk(["content": .string($0)]) } }
        for (index, called) in answer.calls.enumerated() {
            pieces.append(
                chunk([
                    "tool_calls": [
                        [
                            "index": .count(index), "id": .string("call_\(index)"), "type": "function",
                            "function": ["name": .string(called.name), "arguments": ""],
                        ]
                    ]
                ]))
            pieces += called.arguments.halves.map {
                chunk(["tool_calls": [["index": .count(index), "function": ["arguments": .string($0)]]]])
            }
        }
        pieces.append(chunk([:], reason(answer)))
        pieces.append(
            piece([
                "id": "chatcmpl-9", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": .string(model),
                "choices": [], "usage": usage(answer),
            ]))
        return pieces + ["data: [DONE]\n\n"]
    }

    private func piece(_ json: JSONValue) -> String { "data: \(json.text)\n\n" }

    func error(_ kind: String, _ message: String) -> String { body(kind, message).text }

    func errorPiece(_ kind: String) -> String { piece(body(kind, kind)) }

    private func body(_ kind: String, _ message: String) -> JSONValue {
        ["error": ["message": .string(message), "type": .string(kind), "param": nil, "code": .string(kind)]]
    }
}
