import HearthKit

/// Carrying an evaluation out: outside of any transaction until the answer is there.
extension Context {
    /// Evaluates a task, unless its answer is no longer awaited.
    ///
    /// - Parameters:
    ///   - request: Which one.
    ///   - isFresh: Whether an equal evaluation that is remembered will not do.
    ///   - isLastTry: Whether to take what can be had without a provider, and to give up after that.
    /// - Throws: Why it has to be tried again.
    func evaluate(_ request: EvaluationRequest, isFresh: Bool, isLastTry: Bool) async throws {
        guard let task: UserTask = try await first(UserTask.awaitingEvaluation(request.taskID)) else { return }
        do {
            try await evaluate(task, isFresh: isFresh, waitsForProvider: !isLastTry)
        } catch {
            // Nobody will answer any more: the task is worth what it says of itself.
            if isLastTry { try await execute(task.forgettingEvaluation) }
            throw error
        }
    }

    private func evaluate(_ task: UserTask, isFresh: Bool, waitsForProvider: Bool) async throws {
        let question = try await question(about: task, isFresh: isFresh, waitsForProvider: waitsForProvider)
        guard let answer = try await call(Evaluator.evaluate, question) else {
            try await execute(task.forgettingEvaluation)
            return
        }
        let evaluation = task.verdict(after: answer)
        let storing = task.storing(evaluation, keepsWish: task.evaluation == nil || task.keepsEvaluation(after: answer))
        try await transaction { transaction in
            // Nothing comes back when the task has changed since it was read.
            guard let stored: UserTask = try await transaction.first(storing) else { return }
            transaction.tell(stored.userID, .evaluated, task: stored.id)
            _ = try await transaction.call(Notifications.send, TaskNotification(evaluated: stored, as: evaluation))
        }
    }

    /// The task with what an evaluator may know of its user.
    private func question(about task: UserTask, isFresh: Bool, waitsForProvider: Bool) async throws -> EvaluationQuestion {
        let history: [UserTask] = try await query(UserTask.history(of: task.userID, limit: 20))
        let answer = try await call(Characters.summaries, Characters.Question(users: [task.userID]))
        var daysUntilDue: Int?
        if let due = task.due {
            let zone = try await users([task.userID]).first?.timezone ?? "UTC"
            daysUntilDue = due.date - (try date(in: zone))
        }
        return EvaluationQuestion(
            task: task, daysUntilDue: daysUntilDue, user: answer?.characters.first ?? UserProgress(), history: history,
            isFresh: isFresh, waitsForProvider: waitsForProvider)
    }
}

extension UserTask {
    /// What this task is evaluated with after an answer about it as it is. What a model has said of it stays, with a notice, when
    /// rules answer in the place of a model that has failed or may be asked no more: so they cannot be chosen.
    func verdict(after answer: Evaluation) -> Evaluation {
        guard keepsEvaluation(after: answer), var kept = evaluation else { return answer }
        kept.notice = answer.notice
        return kept
    }

    /// Whether an answer tells only why no model gives it.
    func keepsEvaluation(after answer: Evaluation) -> Bool { evaluation?.source == .model && answer.source == .local }
}
