import HearthKit

extension Models {
    /// Completes a text for another plugin.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - piece: Takes the text as it comes; nil when only the whole is wanted.
    ///   - context: On whose behalf.
    /// - Throws: `ServiceError` with code `no_provider`, `user_limit`, `daily_limit`, `provider_unavailable`, `provider_failed`,
    ///   `unusable_answer`, `invalid_schema`, `invalid_messages`, `unknown_user` or `in_transaction`.
    func complete(
        _ request: CompletionRequest, piece: (@Sendable (String) throws -> Void)? = nil, in context: Context
    ) async throws -> Completion {
        guard let provider else { throw ServiceError("no_provider", "No language model is set up") }
        try context.refuseTransaction()
        let question = try chatRequest(request)
        do {
            return try await asking(provider, .completion, for: request.userID, in: context) { chatting, usage in
                if let form = question.form {
                    return try await Self.structured(question, form, chatting, &usage)
                }
                let sent = Progress()
                do {
                    let reply: ChatReply
                    if let piece {
                        reply = try await chatting.stream(question) { text in
                            sent.add(text)
                            try piece(text)
                        }
                    } else {
                        reply = try await chatting.reply(to: question)
                    }
                    usage += reply.usage
                    return Completion(
                        text: reply.turn.text, json: nil, finish: reply.finish, model: reply.model, usage: reply.usage)
                } catch  where sent.bytes > 0 {
                    // It was begun and will be charged, though nobody tells how much.
                    usage += TokenUsage(input: question.estimatedTokens, output: (sent.bytes + 3) / 4)
                    throw error
                }
            }
        } catch let refusal as Budget.Refusal {
            throw refusal == .user
                ? ServiceError("user_limit", "This user's completions of today are used up")
                : ServiceError("daily_limit", "The completions of today are used up")
        } catch let error as ProviderError {
            throw ServiceError(error)
        }
    }

    private static func structured(
        _ question: ChatRequest, _ form: ChatRequest.AnswerForm, _ chatting: Chatting, _ usage: inout TokenUsage
    ) async throws -> Completion {
        let output: StructuredOutput
        do { output = try StructuredOutput(form) } catch { throw ServiceError("invalid_schema", "The schema is wrong: \(error)") }
        let loop = ToolLoop(toolBox: NoTools(), tokens: tokensPerQuestion)
        let (answer, reply) = try await output.ask(through: loop, question, usage: &usage) { try await chatting.reply(to: $0) }
        return Completion(text: answer.text, json: answer, finish: .stop, model: reply.model, usage: usage)
    }

    private func chatRequest(_ request: CompletionRequest) throws -> ChatRequest {
        guard request.messages.last?.role == .user, request.messages.first?.role == .user else {
            throw ServiceError("invalid_messages", "A conversation begins and ends with the user")
        }
        return ChatRequest(
            instructions: request.instructions,
            turns: request.messages.map { $0.role == .user ? .user($0.text) : .assistant(AssistantTurn(text: $0.text)) },
            form: request.form.map { ChatRequest.AnswerForm(name: "answer", schema: $0) },
            maximumTokens: min(request.maximumTokens ?? maximumTokens, maximumTokens),
            temperature: request.temperature ?? temperature)
    }
}

extension ServiceError {
    /// What other plugins are told: never what the provider said, which may hold parts of the request.
    fileprivate init(_ error: ProviderError) {
        if error.isPassing {
            self.init("provider_unavailable", "The language model does not answer", retryable: true)
        } else if error.kind == .malformed || error.kind == .rejected {
            self.init("unusable_answer", "The language model gave no usable answer")
        } else {
            self.init("provider_failed", "The language model cannot be used")
        }
    }
}
