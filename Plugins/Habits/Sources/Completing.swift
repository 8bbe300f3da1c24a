import HearthKit

extension Context {
    /// Completes a habit for today, in one transaction with its reward: the habit is locked, so of two that arrive together
    /// one succeeds and the other finds the day taken.
    ///
    /// - Throws: ``Failure`` 400 without habit, for an archived one and for one that is completed; 404.
    func complete(_ request: CompletionCreate, by user: ContextInfo.Actor) async throws -> CompletionWithResult {
        guard let habitID = request.habitID else { throw Failure.habitIDRequired }
        let today = try Today(of: user, in: self)
        return try await transaction { transaction in
            let habit: Habit? = try await transaction.first(Habit.locked(habitID, of: user.id))
            var next = try await transaction.nextCompletion(of: habit, by: user, on: today)
            next.completion.notes = request.notes
            next.completion.difficultyRating = request.difficultyRating
            next.completion.moodRating = request.moodRating
            next.completion.value = request.value
            let result = next.result(try await transaction.call(Progression.award, next.completion.activity(of: next.habit)))
            next.completion.xpEarned = result.xpEarned
            next.completion.coinsEarned = result.coinsEarned
            try await transaction.record(next.completion, of: next.habit, unless: .completedToday)
            try await transaction.tell(CompletionEvents.completed, next.completion)
            return CompletionWithResult(completion: next.completion, result: result)
        }
    }

    /// What completing a habit now would bring; changes nothing.
    ///
    /// - Throws: As completing it would.
    func previewCompletion(of id: UUID, by user: ContextInfo.Actor) async throws -> CompletionResult {
        let today = try Today(of: user, in: self)
        let next = try await nextCompletion(of: first(Habit.one(id, of: user.id)), by: user, on: today)
        return next.result(try await call(Progression.preview, next.completion.activity(of: next.habit)))
    }

    /// Stores a new completion and counts it on its habit, whose streak is right already.
    ///
    /// - Parameters:
    ///   - completion: What to store.
    ///   - habit: Locked by this transaction.
    ///   - taken: Thrown when the day has a completion.
    func record(_ completion: Completion, of habit: Habit, unless taken: Failure) async throws {
        var habit = habit
        if habit.lastCompleted.map({ $0.date < completion.day.date }) ?? true { habit.lastCompleted = completion.day }
        habit.totalCompletions += 1
        habit.totalXPEarned += completion.xpEarned
        do {
            try await execute([completion.insertion, habit.progressUpdate])
        } catch let error as HostError where error.kind == .conflict {
            throw taken
        }
        tell(habit.userID, .completionCreated, habit: habit.id, completion: completion.id)
    }
}
