import HearthKit
import Synchronization
import Testing

@testable import LLM

/// A model may say what it wants: the loop ends, and the tools give nothing but what is the user's.
struct ToolLoopTests {
    private static let request: EvaluationRequest = {
        var request = EvaluationRequest()
        request.task = .init(title: "Write the monthly report", category: "work")
        request.user = .init(level: 7, totalXP: 9000, currentStreak: 3, bestStreak: 12)
        request.history = [
            .init(title: "Write a letter", category: "home", difficulty: .easy, xp: 20, coins: 10),
            .init(title: "Monthly report of May", category: "work", difficulty: .hard, xp: 100, coins: 50),
            .init(title: "Call mum", category: nil, difficulty: .trivial, xp: 5, coins: 2),
            .init(title: "Plan the offsite", category: "work", difficulty: .medium, xp: 50, coins: 20),
        ]
        return request
    }()

    private let tools = EvaluationTools(request: Self.request)

    private func result(_ name: String, _ arguments: JSONValue) -> ToolResult {
        tools.result(of: ToolCall(id: "c", name: name, arguments: arguments))
    }

    @Test func `the four tools answer from what is known about the user`() throws {
        #expect(
            try JSONValue(parsing: result("get_user_stats", [:]).content)
                == ["level": 7, "total_xp": 9000, "current_streak": 3, "best_streak": 12])
        let similar = try JSONValue(parsing: result("get_similar_tasks", ["limit": 3]).content)
        let titles = similar.elements.compactMap { $0["title"]?.string }
        #expect(titles == ["Monthly report of May", "Write a letter", "Plan the offsite"])
        #expect(
            try JSONValue(parsing: result("get_category_average", ["category": "work"]).content)
                == ["tasks": 2, "xp": 75, "coins": 35])
        #expect(try JSONValue(parsing: result("get_category_average", ["category": "none"]).content) == ["tasks": 0])
        let scale = try JSONValue(parsing: result("get_reward_scale", [:]).content)
        #expect(scale["legendary"] == ["xp_min": 300, "xp_max": 500, "coins_min": 150, "coins_max": 300])
        #expect(scale["trivial"] == ["xp_min": 5, "xp_max": 15, "coins_min": 2, "coins_max": 5])
    }

    @Test(arguments: [
        ("get_user_stats", #"{"user_id": "019a0f5e-6a00-7000-8000-000000000001"}"#), ("get_user_stats", #""all""#),
        ("get_similar_tasks", #"{"limit": 1000}"#), ("get_similar_tasks", #"{"limit": -1}"#),
        ("get_similar_tasks", #"{"user": "other"}"#), ("get_category_average", "{}"),
        ("get_category_average", #"{"category": ["work"]}"#), ("get_reward_scale", #"{"set": {"xp_max": 9999}}"#),
        ("delete_user", "{}"), ("", "{}"), ("get_user_stats; DROP TABLE users", "{}"), ("GET_USER_STATS", "{}"),
    ])
    func `other tools and other arguments are refused`(_ name: String, _ arguments: String) throws {
        let refused = result(name, try JSONValue(parsing: arguments))
        #expect(refused.isError)
        #expect(!refused.content.contains("9000"))
    }

    /// Runs a loop against a model.
    ///
    /// - Returns: How often it was asked, and the last answer or why there is none.
    private func run(
        tokens: Int = 60_000, _ model: @escaping @Sendable (Int) -> ChatReply
    ) async -> (rounds: Int, result: Result<ChatReply, any Error>, request: ChatRequest, usage: TokenUsage) {
        let loop = ToolLoop(toolBox: tools, tokens: tokens)
        var request = EvaluationPrompt.request(Self.request.task, maximumTokens: 100, temperature: nil)
        var usage = TokenUsage()
        let rounds = Mutex(0)
        let result: Result<ChatReply, any Error>
        do {
            result = .success(
                try await loop.run(&request, usage: &usage) { _ in
                    let round = rounds.withLock { rounds in
                        rounds += 1
                        return rounds
                    }
                    return model(round)
                })
        } catch {
            result = .failure(error)
        }
        return (rounds.withLock { $0 }, result, request, usage)
    }

    private static func calls(_ count: Int) -> ChatReply {
        let calls = (0..<count).map { ToolCall(id: "c\($0)", name: "get_user_stats", arguments: [:]) }
        return ChatReply(
            turn: AssistantTurn(text: "", calls: calls), finish: .toolCalls, usage: TokenUsage(input: 100, output: 10), model: "m"
        )
    }

    private static let said = ChatReply(
        turn: AssistantTurn(text: "done"), finish: .stop, usage: TokenUsage(input: 100, output: 10), model: "m")

    @Test func `the answer after some calls is the answer`() async throws {
        let run = await run { $0 < 3 ? Self.calls(2) : Self.said }
        #expect(try run.result.get() == Self.said)
        #expect(run.rounds == 3)
        #expect(run.usage == TokenUsage(input: 300, output: 30))
        #expect(run.request.turns.count == 6)
    }

    @Test func `a model that calls for ever is asked so often and no more`() async throws {
        let run = await run { _ in Self.calls(1) }
        #expect(run.rounds == ToolLoop.rounds)
        #expect(throws: ProviderError.self) { try run.result.get() }
        #expect(!run.request.mayCall)
        #expect(run.usage.input == 600)
    }

    @Test func `of a hundred calls few are answered, and the others are not in the conversation`() async throws {
        let run = await run { $0 == 1 ? Self.calls(100) : Self.said }
        guard case .assistant(let turn) = run.request.turns[1], case .results(let results) = run.request.turns[2] else {
            Issue.record("no results")
            return
        }
        #expect(turn.calls.count == ToolLoop.callsPerRound)
        let answered = results.filter { !$0.isError }.map(\.call)
        #expect(answered == turn.calls)
    }

    @Test func `a turn that loses calls is not repeated as it came`() {
        let turn = AssistantTurn(text: "Let me see", calls: Self.calls(3).turn.calls, original: ["role": "assistant"])
        #expect(turn.keeping(calls: 3) == turn)
        #expect(turn.keeping(calls: 1) == AssistantTurn(text: "Let me see", calls: Self.calls(1).turn.calls))
    }

    @Test func `half an answer with calls leaves none without a result`() async throws {
        let run = await run { _ in
            var reply = Self.calls(2)
            reply.finish = .length
            return reply
        }
        #expect(try run.result.get().finish == .length)
        #expect(run.request.turns.last == .assistant(AssistantTurn(text: "")))
    }

    @Test func `tokens have an end too`() async throws {
        let question = EvaluationPrompt.request(Self.request.task, maximumTokens: 100, temperature: nil)
        // Each round takes 110, and the conversation grows.
        let run = await run(tokens: question.estimatedTokens + 200) { _ in Self.calls(1) }
        #expect(run.rounds == 2)
        #expect(throws: ProviderError.self) { try run.result.get() }
    }

    @Test func `a conversation that has grown too long is not sent, whatever the provider counts`() async throws {
        let run = await run { _ in
            var reply = Self.calls(1)
            reply.turn.text = String(repeating: "word ", count: 60_000)
            return reply
        }
        #expect(run.rounds == 1)
        #expect(throws: ProviderError.self) { try run.result.get() }
    }

    @Test func `a pause goes on with the same conversation, a refusal ends it`() async throws {
        let paused = await run { round in
            var reply = Self.said
            if round == 1 { reply.finish = .paused }
            return reply
        }
        #expect(paused.rounds == 2)
        let refused = await run { _ in
            var reply = Self.said
            reply.finish = .refused
            return reply
        }
        let error = #expect(throws: ProviderError.self) { try refused.result.get() }
        #expect(error?.kind == .rejected)
    }
}
