import HearthKit
import Synchronization
import Testing

@testable import LLM

/// Answers in a form are checked, and repaired once.
struct StructuredOutputTests {
    private static let good = #"{"difficulty": 3}"#

    private func checking() throws -> StructuredOutput { try StructuredOutput(Values.form) }

    @Test(arguments: [Self.good, "```json\n\(Self.good)\n```", "Here it is: \(Self.good) — enjoy.", "\n \(Self.good) "])
    func `an object is found alone, in a fence and among words`(_ text: String) throws {
        #expect(try checking().read(text) == ["difficulty": 3])
    }

    @Test(arguments: [
        "", "none", "[1]", "3", "{", "}{", #"{"difficulty": "3"}"#, #"{"other": 3}"#, #"{"difficulty": 3"#,
        #"{"difficulty": 3} {"difficulty": 4}"#, #"{"difficulty": 1, "difficulty": 5}"#,
    ])
    func `anything else is none`(_ text: String) throws {
        let output = try checking()
        #expect(throws: StructuredOutput.Unusable.self) { try output.read(text) }
    }

    private func ask(_ answers: String...) async throws -> (answer: Result<JSONValue, any Error>, questions: [ChatRequest]) {
        let output = try checking()
        let questions = Mutex<[ChatRequest]>([])
        var usage = TokenUsage()
        let result: Result<JSONValue, any Error>
        do {
            let asked = try await output.ask(
                through: ToolLoop(toolBox: NoTools(), tokens: 1000),
                ChatRequest(instructions: "", turns: [.user("x")], maximumTokens: 10), usage: &usage
            ) { request in
                let number = questions.withLock { questions in
                    questions.append(request)
                    return questions.count
                }
                return ChatReply(
                    turn: AssistantTurn(text: answers[min(number, answers.count) - 1]), finish: .stop,
                    usage: TokenUsage(input: 1, output: 1), model: "m")
            }
            result = .success(asked.answer)
        } catch {
            result = .failure(error)
        }
        return (result, questions.withLock { $0 })
    }

    @Test func `a wrong answer is repaired by the model that gave it`() async throws {
        let (answer, questions) = try await ask("I think it is hard", Self.good)
        #expect(try answer.get() == ["difficulty": 3])
        #expect(questions.count == 2)
        #expect(questions.last?.turns.count == 3)
        #expect(questions.last?.mayCall == false)
    }

    @Test func `nothing is repaired twice`() async throws {
        let (answer, questions) = try await ask("no", "never")
        let error = #expect(throws: ProviderError.self) { try answer.get() }
        #expect(error?.kind == .malformed)
        #expect(questions.count == 2)
    }
}
