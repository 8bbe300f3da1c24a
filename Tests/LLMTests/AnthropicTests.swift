import HearthKit
import Testing

@testable import LLM

/// The Messages API of Anthropic.
struct AnthropicTests {
    private let format = AnthropicFormat()

    @Test func `a conversation with a call is written as messages that alternate`() throws {
        let body = format.body(Values.afterCall, model: "claude-haiku-4-5", isStreamed: false)
        #expect(
            body["messages"]
                == [
                    ["role": "user", "content": [["type": "text", "text": "Clean the garage"]]],
                    [
                        "role": "assistant",
                        "content": [
                            ["type": "tool_use", "id": "call_x", "name": "rate_task", "input": ["difficulty": 3]]
                        ],
                    ],
                    [
                        "role": "user",
                        "content": [
                            ["type": "tool_result", "tool_use_id": "call_x", "content": "stored", "is_error": false]
                        ],
                    ],
                ])
        #expect(body["system"] == "You rate tasks.")
        #expect(body["max_tokens"] == 512)
        #expect(body["tools"]?.elements.first?["input_schema"] == Values.tool.parameters)
        #expect(body["output_config"]?["format"]?["schema"] == Values.form.schema)
        #expect(body["stream"] == nil)
    }

    @Test func `what users say in a row is one message, after the results`() throws {
        var request = Values.afterCall
        request.turns.append(.user("Now answer"))
        request.mayCall = false
        let body = format.body(request, model: "m", isStreamed: true)
        let last = body["messages"]?.elements.last?["content"]?.elements ?? []
        let types = last.compactMap { $0["type"]?.string }
        #expect(types == ["tool_result", "text"])
        #expect(body["tool_choice"] == ["type": "none"])
        #expect(body["tools"] != nil)
        #expect(body["stream"] == true)
    }

    private static let whole = """
        {"id":"msg_01A","type":"message","role":"assistant","model":"claude-haiku-4-5",
         "content":[{"type":"thinking","thinking":"…","signature":"s"},{"type":"text","text":"Rating it."},
                    {"type":"tool_use","id":"toolu_01B","name":"rate_task","input":{"difficulty":3}}],
         "stop_reason":"tool_use","stop_sequence":null,
         "usage":{"input_tokens":400,"output_tokens":38,"cache_creation_input_tokens":10,"cache_read_input_tokens":2}}
        """

    @Test func `an answer is read and repeated word by word`() throws {
        let json = try JSONValue(parsing: Self.whole)
        let reply = try format.reply(json)
        #expect(reply.turn.text == "Rating it.")
        #expect(reply.turn.calls == [ToolCall(id: "toolu_01B", name: "rate_task", arguments: ["difficulty": 3])])
        #expect(reply.finish == .toolCalls)
        #expect(reply.usage == TokenUsage(input: 412, output: 38))
        let next = ChatRequest(
            instructions: "", turns: [.user("x"), .assistant(reply.turn)], tools: [Values.tool], maximumTokens: 1)
        let messages = format.body(next, model: "m", isStreamed: false)["messages"]?.elements ?? []
        #expect(messages.last?["content"] == json["content"])
    }

    private static let stream = """
        event: message_start
        data: {"type":"message_start","message":{"id":"m","model":"claude-haiku-4-5","content":[],"usage":{"input_tokens":412,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type":"ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Évaluation "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"👋"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: content_block_start
        data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"rate_task","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"difficulty\\":"}}

        event: something_new
        data: {"type":"something_new"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"3}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":1}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":38}}

        event: message_stop
        data: {"type":"message_stop"}


        """

    @Test(arguments: [1, 2, 3, 5, 64, 10_000]) func `a stream is read wherever it is cut`(_ count: Int) throws {
        let (text, reply) = try Values.read(Self.stream, by: format, cutAfter: count)
        #expect(text == "Évaluation 👋")
        #expect(reply.turn.text == text)
        #expect(reply.turn.calls == [ToolCall(id: "toolu_1", name: "rate_task", arguments: ["difficulty": 3])])
        #expect(reply.usage == TokenUsage(input: 412, output: 38))
        #expect(reply.finish == .toolCalls)
        #expect(reply.model == "claude-haiku-4-5")
    }

    @Test func `a stream that ends early is no answer`() throws {
        let beginning = Self.stream.split(separator: "\n\n").prefix(4).joined(separator: "\n\n") + "\n\n"
        #expect(throws: ProviderError.cutOff) { _ = try Values.read(beginning, by: format, cutAfter: 100) }
    }

    @Test func `an error within a stream is one`() throws {
        let error = #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"# + "\n\n"
        let thrown = #expect(throws: ProviderError.self) { try Values.read(error, by: format, cutAfter: 9) }
        #expect(thrown?.kind == .unavailable)
        #expect(thrown?.isPassing == true)
    }

    @Test(arguments: [
        (400, ProviderError.Kind.rejected, false), (401, .misconfigured, false), (402, .misconfigured, false),
        (403, .misconfigured, false), (404, .misconfigured, false), (413, .rejected, false), (429, .rateLimited, true),
        (500, .unavailable, true), (504, .timeout, true), (529, .unavailable, true),
    ])
    func `failures are told apart`(_ status: Int, _ kind: ProviderError.Kind, _ isPassing: Bool) throws {
        let body: JSONValue = ["type": "error", "error": ["type": "some_error", "message": "said"]]
        let error = format.failure(status: status, body: body) { $0 == "retry-after" ? "7" : nil }
        #expect(error.kind == kind)
        #expect(error.isPassing == isPassing)
        #expect(error.pause == .seconds(7))
        #expect(error.message.contains("said"))
    }
}
