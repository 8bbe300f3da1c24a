import HearthKit
import Testing

@testable import LLM

/// The chat completions of OpenAI and of servers that are compatible more or less.
struct OpenAITests {
    private let format = OpenAIFormat()

    @Test func `a conversation with a call is written with a message for each result`() throws {
        let body = format.body(Values.afterCall, model: "gpt-4o-mini", isStreamed: true)
        #expect(
            body["messages"]
                == [
                    ["role": "system", "content": "You rate tasks."], ["role": "user", "content": "Clean the garage"],
                    [
                        "role": "assistant", "content": "",
                        "tool_calls": [
                            [
                                "id": "call_x", "type": "function",
                                "function": ["name": "rate_task", "arguments": #"{"difficulty":3}"#],
                            ]
                        ],
                    ], ["role": "tool", "tool_call_id": "call_x", "content": "stored"],
                ])
        #expect(body["max_completion_tokens"] == 512)
        #expect(body["max_tokens"] == nil)
        #expect(body["stream_options"] == ["include_usage": true])
        #expect(body["response_format"]?["json_schema"]?["strict"] == true)
    }

    @Test(arguments: [#""{\"difficulty\":3}""#, #"{"difficulty":3}"#]) func `arguments are read as text and as object`(
        _ arguments: String
    ) throws {
        let reply = try format.reply(
            JSONValue(
                parsing: """
                    {"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":null,
                      "tool_calls":[{"type":"function","function":{"name":"rate_task","arguments":\(arguments)}}]},
                      "finish_reason":"stop"}],"usage":{"prompt_tokens":80,"completion_tokens":14}}
                    """))
        #expect(reply.turn.calls == [ToolCall(id: "call_0", name: "rate_task", arguments: ["difficulty": 3])])
        // Some servers give `stop` with calls.
        #expect(reply.finish == .toolCalls)
        #expect(reply.usage == TokenUsage(input: 80, output: 14))
    }

    @Test func `a refusal is one, whatever the reason says`() throws {
        let reply = try format.reply(
            ["choices": [["message": ["content": nil, "refusal": "I cannot"], "finish_reason": "stop"]]])
        #expect(reply.finish == .refused)
    }

    private static func chunk(_ delta: String, _ reason: String = "null") -> String {
        #"data: {"model":"m","choices":[{"index":0,"delta":\#(delta),"finish_reason":\#(reason)}]}"# + "\n\n"
    }

    private static let usage = #"data: {"choices":[],"usage":{"prompt_tokens":80,"completion_tokens":14}}"# + "\n\n"

    @Test(arguments: [1, 2, 7, 10_000]) func `pieces of calls are put together by their index`(_ count: Int) throws {
        let stream =
            Self.chunk(#"{"role":"assistant","content":"Tâ"}"#) + ": keep-alive\n\n" + Self.chunk(#"{"content":"che"}"#)
            + Self.chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":""}}]}"#)
            + Self.chunk(#"{"tool_calls":[{"index":1,"id":"b","function":{"name":"two","arguments":"{\"x\":"}}]}"#)
            + Self.chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}},{"index":1,"function":{"arguments":"1}"}}]}"#)
            + Self.chunk("{}", #""tool_calls""#) + Self.usage + "data: [DONE]\n\n"
        let (text, reply) = try Values.read(stream, by: format, cutAfter: count)
        #expect(text == "Tâche")
        #expect(
            reply.turn.calls == [
                ToolCall(id: "a", name: "one", arguments: [:]), ToolCall(id: "b", name: "two", arguments: ["x": 1]),
            ])
        #expect(reply.usage == TokenUsage(input: 80, output: 14))
    }

    @Test func `servers that leave out index, usage and the last line are understood`() throws {
        let stream =
            Self.chunk(#"{"tool_calls":[{"id":"a","function":{"name":"one","arguments":"{}"}}]}"#)
            + Self.chunk(#"{"tool_calls":[{"id":"b","function":{"name":"two","arguments":{"x":1}}}]}"#)
            + Self.chunk("{}", #""stop""#)
        let reply = try Values.read(stream, by: format, cutAfter: 50).reply
        #expect(reply.turn.calls.map(\.name) == ["one", "two"])
        #expect(reply.turn.calls.last?.arguments == ["x": 1])
        #expect(reply.finish == .toolCalls)
        #expect(reply.usage.output > 0)
    }

    @Test func `a stream without a reason to end was cut off`() throws {
        #expect(throws: ProviderError.cutOff) {
            try Values.read(Self.chunk(#"{"content":"half"}"#), by: format, cutAfter: 100)
        }
    }

    @Test func `arguments that are no JSON are kept as the text that they are`() throws {
        let stream =
            Self.chunk(#"{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"{oops"}}]}"#)
            + Self.chunk("{}", #""tool_calls""#)
        #expect(try Values.read(stream, by: format, cutAfter: 9).reply.turn.calls.first?.arguments == "{oops")
    }

    @Test func `an empty account is no rate limit`() throws {
        let quota = format.failure(status: 429, body: ["error": ["code": "insufficient_quota", "message": "m"]]) { _ in nil }
        #expect(quota.kind == .misconfigured)
        #expect(!quota.isPassing)
        let limit = format.failure(status: 429, body: ["error": ["code": "rate_limit_exceeded"]]) {
            $0 == "retry-after-ms" ? "250" : nil
        }
        #expect(limit.kind == .rateLimited)
        #expect(limit.pause == .milliseconds(250))
    }

    @Test(arguments: [("true", true), ("false", false)]) func `the server says whether to try again`(
        _ value: String, _ isPassing: Bool
    ) throws {
        for status in [400, 500] {
            let error = format.failure(status: status, body: nil) { $0 == "x-should-retry" ? value : nil }
            #expect(error.isPassing == isPassing)
        }
    }

    @Test(arguments: ["0", "-5", "nan", "soon", "1e9"]) func `a pause that makes no sense is none`(_ text: String) {
        let pause = RetryAfter.pause { $0 == "retry-after" ? text : nil }
        #expect(pause == nil)
    }
}
