import HearthJSON
import TestServers
import Testing

/// Completions for other plugins.
@Suite struct CompletionServiceTests {
    private static let text = "Bonjour à tous 👋, ça va ?"

    @Test(arguments: ModelWire.allCases) func `a text comes whole or in pieces`(_ wire: ModelWire) async throws {
        try await ModelScenario.run(wire, behave: { _, _ in .answer(ModelAnswer(Self.text)) }) { scenario in
            let ada = try await scenario.client.registered("ada")
            for method in ["complete", "stream"] {
                let answer = try await ada.complete("hello", method)
                #expect(answer["output"]?["text"]?.string == Self.text)
                #expect(answer["output"]?["finish"] == "stop")
                #expect(answer["output"]?["input_tokens"] == 100)
                #expect(answer["output"]?["output_tokens"] == 20)
                #expect(answer["pieces"]?.string == (method == "stream" ? Self.text : ""))
            }
            #expect(try await ada.get("/api/llm/usage").json["completions"] == 2)
        }
    }

    @Test(arguments: ModelWire.allCases) func `an answer has the form that is asked for`(_ wire: ModelWire) async throws {
        try await ModelScenario.run(
            wire, behave: { _, number in .answer(ModelAnswer(number == 1 ? #"{"mood": 7}"# : #"{"mood": "good"}"#)) }
        ) { scenario in
            let schema: JSONValue = [
                "type": "object", "properties": ["mood": ["type": "string"]], "required": ["mood"], "additionalProperties": false,
            ]
            let answer = try await scenario.client.registered("ada").complete("hello", "complete", ["schema": schema])
            #expect(answer["output"]?["json"] == ["mood": "good"])
            #expect(scenario.server.requests.count == 2)
        }
    }

    @Test(arguments: ModelWire.allCases) func `a stream that breaks is an error, and not begun anew`(
        _ wire: ModelWire
    ) async throws {
        try await ModelScenario.run(
            wire,
            behave: { _, number in
                number == 1 ? .failureWithin(ModelAnswer(Self.text), kind: "overloaded_error") : .cutOff(ModelAnswer(Self.text))
            }
        ) { scenario in
            let ada = try await scenario.client.registered("ada")
            for number in 1...2 {
                let answer = try await ada.complete("hello", "stream")
                #expect(answer["code"] == "provider_unavailable")
                #expect(answer["retryable"] == true)
                #expect(scenario.server.requests.count == number)
            }
            // Both were begun, so both are paid for.
            #expect(try await ada.get("/api/llm/usage").json["completions"] == 2)
        }
    }

    @Test func `what is wrong is told by a code`() async throws {
        try await ModelScenario.run(
            .openai, settings: "completions_per_user = 1\ncompletions_per_day = 2", behave: { _, _ in .answer(ModelAnswer("ok")) }
        ) { scenario in
            let ada = try await scenario.client.registered("ada")
            #expect(
                try await ada.complete("x", "complete", ["messages": [["role": "assistant", "text": "x"]]])["code"]
                    == "invalid_messages")
            #expect(try await ada.complete("x")["output"]?["text"] == "ok")
            #expect(try await ada.complete("x")["code"] == "user_limit")
            let eve = try await scenario.client.registered("eve")
            #expect(try await eve.complete("x")["output"]?["text"] == "ok")
            #expect(try await scenario.client.registered("max").complete("x")["code"] == "daily_limit")
        }
    }
}
