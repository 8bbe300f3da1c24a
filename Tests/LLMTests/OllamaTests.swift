import HearthKit
import Testing

@testable import LLM

/// The chat of Ollama.
struct OllamaTests {
    private let format = OllamaFormat(contextTokens: 8192)

    @Test func `tools are shown until an answer is wanted, and then its form`() throws {
        var request = Values.afterCall
        let open = format.body(request, model: "qwen3", isStreamed: false)
        #expect(open["stream"] == false)
        #expect(open["truncate"] == false)
        #expect(open["options"] == ["num_ctx": 8192, "num_predict": 512])
        #expect(open["tools"] != nil)
        #expect(open["format"] == nil)
        let result: JSONValue = ["role": "tool", "tool_name": "rate_task", "tool_call_id": "call_x", "content": "stored"]
        #expect(open["messages"]?.elements.last == result)
        request.mayCall = false
        let last = format.body(request, model: "qwen3", isStreamed: false)
        #expect(last["tools"] == nil)
        #expect(last["format"] == Values.form.schema)
    }

    private static let lines = """
        {"model":"qwen3","message":{"role":"assistant","content":"Tâ","thinking":"hm"},"done":false}
        {"model":"qwen3","message":{"role":"assistant","content":"che"},"done":false}

        {"model":"qwen3","message":{"role":"assistant","content":"","tool_calls":[{"function":{"index":0,"name":"rate_task","arguments":{"difficulty":3}}}]},"done":false}
        {"model":"qwen3","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":120,"eval_count":22}
        """

    @Test(arguments: [1, 2, 11, 10_000]) func `a stream is read wherever it is cut`(_ count: Int) throws {
        let (text, reply) = try Values.read(Self.lines, by: format, cutAfter: count)
        #expect(text == "Tâche")
        #expect(reply.turn.calls == [ToolCall(id: "call_0", name: "rate_task", arguments: ["difficulty": 3])])
        #expect(reply.finish == .toolCalls)
        #expect(reply.usage == TokenUsage(input: 120, output: 22))
    }

    @Test func `a whole answer is read`() throws {
        let line = try #require(Self.lines.split(separator: "\n").last)
        let reply = try format.reply(JSONValue(parsing: String(line)))
        #expect(reply.finish == .stop)
        #expect(reply.model == "qwen3")
        #expect(throws: ProviderError.cutOff) { try format.reply(["message": ["content": "x"], "done": false]) }
    }

    @Test func `an error within a stream is one`() throws {
        let thrown = #expect(throws: ProviderError.self) {
            try Values.read(#"{"error":"llama runner has terminated"}"#, by: format, cutAfter: 5)
        }
        #expect(thrown?.kind == .unavailable)
    }

    @Test func `a model that is not there is a mistake of the operator`() throws {
        let error = format.failure(status: 404, body: ["error": "model 'x' not found"]) { _ in nil }
        #expect(error.kind == .misconfigured)
        let busy = format.failure(status: 503, body: ["error": "busy"]) { _ in nil }
        #expect(busy.isPassing)
    }
}
