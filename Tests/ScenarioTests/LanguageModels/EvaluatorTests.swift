import HearthHost
import HearthJSON
import TestServers
import Testing

/// Evaluations of tasks, through a whole host and a local provider that speaks the true wire format.
@Suite struct EvaluatorTests {
    @Test(arguments: ModelWire.allCases) func `a model calls tools and then evaluates`(_ wire: ModelWire) async throws {
        try await ModelScenario.run(
            wire,
            behave: { question, _ in
                .answer(
                    question.toolResults.isEmpty
                        ? ModelAnswer(calls: [.init("get_user_stats"), .init("get_similar_tasks", #"{"limit": 2}"#)])
                        : ModelAnswer(ModelScenario.answer))
            }
        ) { scenario in
            let ada = try await scenario.client.registered("ada")
            let evaluation = try await ada.evaluate(
                "Write the report",
                [
                    "user": ["level": 7],
                    "history": [["title": "Another report", "difficulty": "hard", "xp": 100, "coins": 50]],
                ])
            #expect(evaluation["difficulty"] == "hard")
            #expect(evaluation["xp_reward"] == 90)
            #expect(evaluation["coins_reward"] == 40)
            #expect(evaluation["suggested_subtasks"] == ["Begin", "End"])
            #expect(evaluation["estimated_time_minutes"] == 120)
            #expect(evaluation["source"] == "model")
            #expect(evaluation["notice"] == .null)
            #expect(evaluation["model"] == "test-model")
            #expect(scenario.server.requests.count == 2)
            let last = scenario.server.requests[1].body
            #expect(last.contains("Another report"))
        }
    }

    @Test func `without a provider tasks are evaluated by rules`() async throws {
        try await product(plugins: ["llm": "", "service-client": ""]) { _, client in
            let ada = try await client.registered("ada")
            let evaluation = try await ada.evaluate()
            #expect(evaluation["source"] == "local")
            #expect(evaluation["notice"] == "no_provider")
            #expect(try await ada.evaluate() == evaluation)
            #expect(try await ada.complete("hello")["code"] == "no_provider")
            let inside = try await ada.call("evaluator/1", "evaluate", ["task": ["title": "x"]], transaction: "commit")
            #expect(inside["code"] == .null)
        }
    }

    @Test(arguments: [ModelWire.anthropic, .openai]) func `a wrong key is not tried again and again`(
        _ wire: ModelWire
    ) async throws {
        try await ModelScenario.run(wire, key: "wrong", behave: { _, _ in .answer(ModelAnswer(ModelScenario.answer)) }) {
            scenario in
            let ada = try await scenario.client.registered("ada")
            for _ in 1...3 {
                let evaluation = try await ada.evaluate("Write", ["wait_for_provider": true])
                #expect(evaluation["source"] == "local")
                #expect(evaluation["notice"] == "provider_failed")
            }
            #expect(scenario.server.requests.count == 1)
            scenario.host.clock.advance(by: .seconds(301))
            _ = try await ada.evaluate()
            #expect(scenario.server.requests.count == 2)
            // Nothing of it counts.
            #expect(try await ada.get("/api/llm/usage").json["evaluations"] == 0)
        }
    }

    @Test func `a key that the provider repeats is not in the log`() async throws {
        try await ModelScenario.run(
            .openai, key: "sk-very-secret",
            behave: { _, _ in .failure(status: 401, kind: "invalid_api_key", message: "Incorrect key: sk-very-secret") }
        ) { scenario in
            let evaluation = try await scenario.client.registered("ada").evaluate()
            #expect(evaluation["notice"] == "provider_failed")
            #expect(scenario.host.log.contains("Incorrect key"))
            #expect(!scenario.host.log.contains("sk-very-secret"))
        }
    }

    @Test(arguments: ModelWire.allCases) func `a redirect is not followed, and the log says so`(_ wire: ModelWire) async throws {
        let target = ["location": "https://elsewhere.example:8443/v1/chat?signature=hidden"]
        try await ModelScenario.run(wire, behave: { _, _ in .failure(status: 307, kind: "moved", headers: target) }) { scenario in
            let ada = try await scenario.client.registered("ada")
            let evaluation = try await ada.evaluate()
            #expect(evaluation["source"] == "local")
            #expect(evaluation["notice"] == "provider_failed")
            #expect(scenario.host.log.contains("redirects to elsewhere.example:8443", "redirects are not followed"))
            #expect(!scenario.host.log.contains("signature"))
            // It will redirect the next one too.
            _ = try await ada.evaluate("Another")
            #expect(scenario.server.requests.count == 1)
        }
    }

    @Test(arguments: ModelWire.allCases) func `what passes is tried again as the provider asks`(_ wire: ModelWire) async throws {
        try await ModelScenario.run(
            wire,
            behave: { _, number in
                number < 3
                    ? .failure(status: number == 1 ? 429 : 500, kind: "rate_limit_error", headers: ["retry-after-ms": "5"])
                    : .answer(ModelAnswer(ModelScenario.answer))
            }
        ) { scenario in
            let evaluation = try await scenario.client.registered("ada").evaluate()
            #expect(evaluation["source"] == "model")
            #expect(scenario.server.requests.count == 3)
        }
    }

    @Test(arguments: ModelWire.allCases) func `an overloaded provider is waited for if the caller wants to`(
        _ wire: ModelWire
    ) async throws {
        try await ModelScenario.run(
            wire,
            behave: { _, _ in
                .failure(status: wire == .anthropic ? 529 : 503, kind: "overloaded_error", headers: ["retry-after-ms": "5"])
            }
        ) { scenario in
            let ada = try await scenario.client.registered("ada")
            let waiting = try await ada.evaluate("Write", ["wait_for_provider": true])
            #expect(waiting["code"] == "provider_unavailable")
            #expect(waiting["retryable"] == true)
            let evaluation = try await ada.evaluate()
            #expect(evaluation["source"] == "local")
            #expect(evaluation["notice"] == "provider_failed")
            #expect(try await ada.get("/api/llm/usage").json["evaluations"] == 0)
        }
    }

    @Test(arguments: ModelWire.allCases) func `answers that nobody understands are replaced by the rules`(
        _ wire: ModelWire
    ) async throws {
        try await ModelScenario.run(
            wire,
            behave: { _, number in
                switch number {
                case 1: .bytes("<html>502</html>")
                case 2: .bytes("{}")
                case 3: .cutOff(ModelAnswer(ModelScenario.answer))
                default: .answer(ModelAnswer("I would rather not say."))
                }
            }
        ) { scenario in
            let ada = try await scenario.client.registered("ada")
            for number in 1...4 {
                let evaluation = try await ada.evaluate("Task \(number)")
                #expect(evaluation["source"] == "local")
                #expect(evaluation["notice"] == "unusable_answer")
            }
            // The last one was asked to repair its answer, once.
            #expect(scenario.server.requests.count == 5)
        }
    }

    @Test(arguments: ModelWire.allCases) func `half an answer is repaired`(_ wire: ModelWire) async throws {
        try await ModelScenario.run(
            wire,
            behave: { _, number in
                number == 1
                    ? .answer(ModelAnswer(String(ModelScenario.answer.prefix(60)), end: .tooLong))
                    : .answer(ModelAnswer(ModelScenario.answer))
            }
        ) { scenario in
            let evaluation = try await scenario.client.registered("ada").evaluate()
            #expect(evaluation["source"] == "model")
            #expect(evaluation["xp_reward"] == 90)
        }
    }

    @Test(arguments: ModelWire.allCases) func `a difficulty that nobody knows is medium`(_ wire: ModelWire) async throws {
        let answer = ModelAnswer(ModelScenario.evaluation("god", xp: "9999", coins: "1"))
        try await ModelScenario.run(wire, behave: { _, _ in .answer(answer) }) { scenario in
            let evaluation = try await scenario.client.registered("ada").evaluate()
            #expect(evaluation["source"] == "model")
            #expect(evaluation["notice"] == .null)
            #expect(evaluation["difficulty"] == "medium")
            #expect(evaluation["xp_reward"] == 75)
            #expect(evaluation["coins_reward"] == 15)
            #expect(scenario.server.requests.count == 1)
        }
    }

    @Test func `a provider that never answers is given up`() async throws {
        try await ModelScenario.run(.ollama, settings: "timeout_seconds = 1", behave: { _, _ in .silence }) { scenario in
            let evaluation = try await scenario.client.registered("ada").evaluate()
            #expect(evaluation["source"] == "local")
            #expect(evaluation["notice"] == "provider_failed")
        }
    }

    @Test func `an equal evaluation is remembered for its user`() async throws {
        try await ModelScenario.run(.openai, behave: { _, _ in .answer(ModelAnswer(ModelScenario.answer)) }) { scenario in
            let ada = try await scenario.client.registered("ada")
            let first = try await ada.evaluate()
            #expect(try await ada.evaluate() == first)
            #expect(scenario.server.requests.count == 1)
            _ = try await ada.evaluate("Write the report", ["fresh": true])
            _ = try await ada.evaluate("Write the report!")
            _ = try await ada.evaluate("Write the report", ["user": ["level": 2]])
            #expect(scenario.server.requests.count == 4)
            _ = try await scenario.client.registered("eve").evaluate()
            #expect(scenario.server.requests.count == 5)
            #expect(try await ada.get("/api/llm/usage").json["evaluations"] == 4)
        }
    }

    @Test func `no model is asked inside a transaction, or for nobody`() async throws {
        try await ModelScenario.run(.openai, behave: { _, _ in .answer(ModelAnswer(ModelScenario.answer)) }) { scenario in
            let ada = try await scenario.client.registered("ada")
            let inside = try await ada.call("evaluator/1", "evaluate", ["task": ["title": "x"]], transaction: "commit")
            #expect(inside["code"] == "in_transaction")
            let unknown = try await ada.evaluate("x", ["user_id": "019a0f5e-6a00-7000-8000-000000000001"])
            #expect(unknown["code"] == "unknown_user")
            #expect(scenario.server.requests.isEmpty)
        }
    }
}
