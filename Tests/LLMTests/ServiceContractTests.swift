import HearthKit
import TestContracts
import Testing

@testable import LLM

/// The published contracts of the two services, and what the plugin reads and answers.
struct ServiceContractTests {
    private let someone = "019a0f5e-6a00-7000-8000-000000000001"

    private func json(_ value: some JSONEncodable) throws -> JSONValue {
        var writer = JSONWriter()
        value.write(to: &writer)
        return try JSONValue(parsing: writer.bytes)
    }

    @Test func `what an evaluator is asked is read whole`() throws {
        let question: JSONValue = [
            "user_id": .string(someone), "fresh": true, "wait_for_provider": true,
            "task": [
                "title": "Write", "description": "All", "category": "work", "priority": "high", "days_until_due": -2,
                "subtasks": ["Begin"],
            ],
            "user": ["level": 7, "total_xp": 9000, "current_streak": 3, "best_streak": 9],
            "history": [["title": "Read", "category": "work", "difficulty": "easy", "xp": 20, "coins": 10]],
        ]
        #expect(try ServiceContract("evaluator/1").problems(with: question, sentTo: "evaluate") == [])
        let request = try EvaluationRequest(json: question)
        #expect("\(request.userID)" == someone && request.isFresh && request.waitsForProvider)
        // What is read is written again in the same words.
        #expect(try json(request.task) == question["task"])
        #expect(try json(request.user) == question["user"])
        #expect(try json(request.history) == question["history"])
    }

    @Test(arguments: [nil, .noProvider, .userLimit, .dailyLimit, .providerFailed, .unusableAnswer] as [Evaluation.Notice?])
    func `an evaluation is what the contract promises`(_ notice: Evaluation.Notice?) throws {
        let contract = try ServiceContract("evaluator/1")
        var evaluation = LocalEvaluator.evaluate(EvaluationRequest.Task(title: "Write"), because: notice ?? .noProvider)
        evaluation.notice = notice
        for difficulty in Difficulty.allCases {
            evaluation.difficulty = difficulty
            for xp in [Int.min, .max] {
                evaluation.xp = xp
                #expect(try contract.problems(with: json(evaluation.clamped()), answeredBy: "evaluate") == [])
            }
        }
    }

    @Test func `completions are asked for and answered as the contract says`() throws {
        let contract = try ServiceContract("completion/1")
        let question: JSONValue = [
            "user_id": .string(someone), "instructions": "Be kind.", "messages": [["role": "user", "text": "Hello"]],
            "schema": ["type": "object"], "maximum_tokens": 100, "temperature": 0.5,
        ]
        let completion = Completion(text: "Hi", json: ["a": 1], finish: .stop, model: "m", usage: TokenUsage(input: 1, output: 2))
        for method in ["complete", "stream"] {
            #expect(try contract.problems(with: question, sentTo: method) == [])
            #expect(try contract.problems(with: json(completion), answeredBy: method) == [])
        }
        let request = try CompletionRequest(json: question)
        #expect(request.messages.map(\.text) == ["Hello"] && request.form == ["type": "object"])
        #expect(request.maximumTokens == 100 && request.temperature == 0.5)
    }
}
