import HTTPTypes
import HearthJSON

/// The Messages API.
struct AnthropicModelFormat: ModelFormat {
    let path = "/v1/messages"
    let streamType = "text/event-stream"
    let streamsUnasked = false
    let beginning = 4

    func refusal(of headers: HTTPFields) -> String? {
        // Either will do: its own clients send the key as a bearer token since their second major version.
        let bearer = headers[.authorization].flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
        guard let key = HTTPField.Name("x-api-key").flatMap({ headers[$0] }) ?? bearer, key.hasPrefix("sk-") else {
            return "invalid x-api-key"
        }
        return ["2023-06-01", "2026-10-21"].contains(version(headers)) ? nil : "anthropic-version is required"
    }

    private func version(_ headers: HTTPFields) -> String? { HTTPField.Name("anthropic-version").flatMap { headers[$0] } }

    func refusal(of body: JSONValue, _ headers: HTTPFields) -> String? {
        if version(headers) == "2026-10-21" {
            for name in ["temperature", "top_p", "top_k"] where body[name] != nil { return "\(name): not permitted" }
        }
        if let missing = missing(["model", "max_tokens", "messages"], in: body) { return missing }
        let messages = body["messages"]?.elements ?? []
        guard messages.first?["role"]?.string == "user" else { return "messages: the first has to be the user's" }
        for (a, b) in zip(messages, messages.dropFirst()) where a["role"] == b["role"] {
            return "messages: roles have to alternate"
        }
        for (index, message) in messages.enumerated() {
            let calls = ids(message, "tool_use", "id")
            let next = index + 1 < messages.count ? ids(messages[index + 1], "tool_result", "tool_use_id") : []
            if !calls.isEmpty, calls != next { return "messages.\(index): tool_use without tool_result in the next message" }
            if !calls.isEmpty, body["tools"] == nil { return "tools: required, since the conversation has calls" }
            for block in message["content"]?.elements ?? [] where block["type"]?.string == "text" && block["text"]?.string == "" {
                return "messages.\(index): text content blocks must be non-empty"
            }
        }
        return nil
    }

    private func ids(_ message: JSONValue, _ type: String, _ name: String) -> [String] {
        (message["content"]?.elements ?? []).filter { $0["type"]?.string == type }.compactMap { $0[name]?.string }
    }

    func question(_ body: JSONValue) -> ModelQuestion {
        var (results, said): ([String], String) = ([], "")
        for message in body["messages"]?.elements ?? [] where message["role"]?.string == "user" {
            said += message["content"]?.string ?? ""
            for block in message["content"]?.elements ?? [] {
                said += block["text"]?.string ?? ""
                if block["type"]?.string == "tool_result" { results.append(block["content"]?.string ?? "") }
            }
        }
        return ModelQuestion(body: body, toolResults: results, userText: said)
    }

    private func reason(_ answer: ModelAnswer) -> JSONValue {
        switch answer.end {
        case .done: answer.calls.isEmpty ? "end_turn" : "tool_use"
        case .tooLong: "max_tokens"
        case .refused: "refusal"
        }
    }

    func whole(_ answer: ModelAnswer, model: String) -> JSONValue {
        var content: [JSONValue] = answer.text.isEmpty ? [] : [["type": "text", "text": .string(answer.text), "citations": nil]]
        for (index, call) in answer.calls.enumerated() {
            content.append([
                "type": "tool_use", "id": .string("toolu_\(index)"), "name": .string(call.name),
                "input": .parsed(call.arguments),
            ])
        }
        return [
            "id": "msg_01A", "type": "message", "role": "assistant", "model": .string(model), "content": .array(content),
            "stop_reason": reason(answer), "stop_sequence": nil,
            "usage": [
                "input_tokens": .count(answer.tokens.input), "output_tokens": .count(answer.tokens.output),
                "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0,
            ],
        ]
    }

    func stream(_ answer: ModelAnswer, model: String) -> [String] {
        var pieces = [
            event([
                "type": "message_start",
                "message": [
                    "id": "msg_01A", "type": "message", "role": "assistant", "content": [], "model": .string(model),
                    "stop_reason": nil, "stop_sequence": nil,
                    "usage": ["input_tokens": .count(answer.tokens.input), "output_tokens": 1],
                ],
            ]), event(["type": "ping"]),
        ]
        var index = 0
        func block(_ block: JSONValue, _ deltas: [JSONValue]) {
            pieces.append(event(["type": "content_block_start", "index": .count(index), "content_block": block]))
            for delta in deltas {
                pieces.append(event(["type": "content_block_delta", "index": .count(index), "delta": delta]))
            }
            pieces.append(event(["type": "content_block_stop", "index": .count(index)]))
            index += 1
        }
        if !answer.text.isEmpty {
            block(["type": "text", "text": ""], answer.text.halves.map { ["type": "text_delta", "text": .string($0)] })
        }
        for call in answer.calls {
            block(
                ["type": "tool_use", "id": .string("toolu_\(index)"), "name": .string(call.name), "input": [:]],
                call.arguments.halves.map { ["type": "input_json_delta", "partial_json": .string($0)] })
        }
        pieces.append(
            event([
                "type": "message_delta", "delta": ["stop_reason": reason(answer), "stop_sequence": nil],
                "usage": ["output_tokens": .count(answer.tokens.output)],
            ]))
        pieces.append(event(["type": "message_stop"]))
        return pieces
    }

    private func event(_ json: JSONValue) -> String { "event: \(json["type"]?.string ?? "")\ndata: \(json.text)\n\n" }

    func error(_ kind: String, _ message: String) -> String { body(kind, message).text }

    func errorPiece(_ kind: String) -> String { "event: error\ndata: \(body(kind, kind).text)\n\n" }

    private func body(_ kind: String, _ message: String) -> JSONValue {
        ["type": "error", "error": ["type": .string(kind), "message": .string(message)], "request_id": "req_1"]
    }
}
