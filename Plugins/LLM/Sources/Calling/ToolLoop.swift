import HearthKit

/// Asks a model and answers its calls of tools until it has said what it has to say, within bounds.
struct ToolLoop: Sendable {
    /// How often the model is asked at most.
    static let rounds = 6
    /// How many calls of a round are answered; the others count as if they had never been made, so that nobody makes the
    /// conversation as long as he likes.
    static let callsPerRound = 8

    let toolBox: any ToolBox
    /// How many tokens all rounds together may take; what does not fit any more is not asked.
    let tokens: Int

    /// - Parameters:
    ///   - request: What is asked; the conversation grows in it.
    ///   - usage: Grows by what each round took, also before an error.
    ///   - ask: Asks the model.
    /// - Returns: The last answer, which calls nothing.
    /// - Throws: ``ProviderError`` of kind `malformed` when there is no end to it, `rejected` when the model refuses; what `ask` throws.
    func run(
        _ request: inout ChatRequest, usage: inout TokenUsage, asking ask: (ChatRequest) async throws -> ChatReply
    ) async throws -> ChatReply {
        for round in 1...Self.rounds {
            // In the last round it has to answer with what it has.
            if round == Self.rounds { request.mayCall = false }
            guard usage == TokenUsage() || usage.input + usage.output + request.estimatedTokens <= tokens else {
                throw ProviderError(.malformed, "the model took too many tokens")
            }
            let reply = try await ask(request)
            usage += reply.usage
            // Providers refuse a conversation in which a call has no result.
            let turn = reply.turn.keeping(calls: reply.finish == .toolCalls ? Self.callsPerRound : 0)
            request.turns.append(.assistant(turn))
            switch reply.finish {
            case .refused: throw ProviderError(.rejected, "the model refused to answer")
            case .stop, .length: return reply
            case .toolCalls: request.turns.append(.results(turn.calls.map { toolBox.result(of: $0) }))
            case .paused: break
            }
        }
        throw ProviderError(.malformed, "the model called tools without end")
    }
}
