import HearthKit

extension Models {
    /// Evaluates a task: as remembered, by a model, or by rules, which always answer.
    ///
    /// - Parameters:
    ///   - request: The task, with what is known about its user.
    ///   - context: On whose behalf.
    /// - Throws: `ServiceError` with code `in_transaction`; `provider_unavailable` if the request waits for the provider; `unknown_user`.
    func evaluate(_ request: EvaluationRequest, in context: Context) async throws -> Evaluation {
        guard let provider else { return answered(LocalEvaluator.evaluate(request.task, because: .noProvider), in: context) }
        try context.refuseTransaction()
        let memory = EvaluationMemory(request, model: provider.model)
        if remembering > .zero, !request.isFresh, let known = await memory.recall(in: context) {
            return answered(known, in: context)
        }
        do {
            let evaluation = try await ask(provider, request, in: context)
            if remembering > .zero { await memory.keep(evaluation, for: remembering, in: context) }
            return answered(evaluation, in: context)
        } catch let refusal as Budget.Refusal {
            let notice: Evaluation.Notice = refusal == .user ? .userLimit : .dailyLimit
            return answered(LocalEvaluator.evaluate(request.task, because: notice), in: context)
        } catch let error as ProviderError {
            if error.isPassing, request.waitsForProvider {
                throw ServiceError("provider_unavailable", "The language model does not answer", retryable: true)
            }
            let isUnusable = error.kind == .malformed || error.kind == .rejected
            let notice: Evaluation.Notice = isUnusable ? .unusableAnswer : .providerFailed
            return answered(LocalEvaluator.evaluate(request.task, because: notice), in: context)
        }
    }

    private func ask(_ provider: Provider, _ request: EvaluationRequest, in context: Context) async throws -> Evaluation {
        let output = try StructuredOutput(EvaluationPrompt.accepted)
        let loop = ToolLoop(toolBox: EvaluationTools(request: request), tokens: Self.tokensPerQuestion)
        let question = EvaluationPrompt.request(request.task, maximumTokens: maximumTokens, temperature: temperature)
        return try await asking(provider, .evaluation, for: request.userID, in: context) { chatting, usage in
            let (answer, reply) = try await output.ask(through: loop, question, usage: &usage) {
                try await chatting.reply(to: $0)
            }
            return EvaluationAnswer.read(answer, by: reply.model.isEmpty ? provider.model : reply.model)
        }
    }

    private func answered(_ evaluation: Evaluation, in context: Context) -> Evaluation {
        context.metrics.count(
            "evaluations_total", ["source": evaluation.source.rawValue, "notice": evaluation.notice?.rawValue ?? ""])
        return evaluation
    }
}
