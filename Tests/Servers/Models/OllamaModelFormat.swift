import HTTPTypes
import HearthJSON

/// The chat of Ollama.
struct OllamaModelFormat: ModelFormat {
    let path = "/api/chat"
    let streamType = "application/x-ndjson"
    let streamsUnasked = true
    let beginning = 1

    func refusal(of headers: HTTPFields) -> String? { nil }

    func refusal(of body: JSONValue, _ headers: HTTPFields) -> String? {
        if let missing = missing(["model", "messages"], in: body) { return missing }
        for message in body["messages"]?.elements ?? [] where message["content"] != nil && message["content"]?.string == nil {
            return "json: cannot unmarshal into Go struct field ChatRequest.messages of type string"
        }
        return nil
    }

    func question(_ body: JSONValue) -> ModelQuestion {
        OpenAIModelFormat().question(body)
    }

    private func message(_ answer: ModelAnswer, _ text: String) -> JSONValue {
        var message: JSONObject = ["role": "assistant", "content": .string(text)]
        if !answer.calls.isEmpty {
            message["tool_calls"] = .array(
                answer.calls.enumerated().map { index, call in
                    [
                        "function": [
                            "index": .count(index), "name": .string(call.name), "arguments": .parsed(call.arguments),
                        ]
                    ]
                })
        }
        return .object(message)
    }

    private func line(_ model: String, _ message: JSONValue, _ rest: JSONObject) -> JSONValue {
        var line: JSONObject = [
            "model": .string(model), "created_at": "2026-08-01T10:00:00.000000Z", "message": message,
        ]
        for (name, value) in rest.members { line[name] = value }
        return .object(line)
    }

    private func end(_ answer: ModelAnswer) -> JSONObject {
        [
            "done": true, "done_reason": answer.end == .tooLong ? "length" : "stop", "total_duration": 912_345_678,
            "load_duration": 1_234_567, "prompt_eval_count": .count(answer.tokens.input), "prompt_eval_duration": 200_000_000,
            "eval_count": .count(answer.tokens.output), "eval_duration": 600_000_000,
        ]
    }

    func whole(_ answer: ModelAnswer, model: String) -> JSONValue {
        line(model, message(answer, answer.text), end(answer))
    }

    func stream(_ answer: ModelAnswer, model: String) -> [String] {
        var lines = answer.text.halves.map { line(model, ["role": "assistant", "content": .string($0)], ["done": false]) }
        lines.append(line(model, message(answer, ""), ["done": false]))
        lines.append(line(model, ["role": "assistant", "content": ""], end(answer)))
        return lines.map { $0.text + "\n" }
    }

    func error(_ kind: String, _ message: String) -> String { (["error": .string(message)] as JSONValue).text }

    func errorPiece(_ kind: String) -> String { error(kind, kind) + "\n" }
}
