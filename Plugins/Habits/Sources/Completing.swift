import HearthKit

extension Context {
    /// Completes a habit for today, in one transaction with its reward: the habit is locked, so of two that arrive together
    /// one succeeds and the other finds the day taken.
    ///
    /// - Throws: ``Failure`` 400 without habit, for an archived one and for one that is completed; 404.
    func complete(_ request: CompletionCreate, by user: ContextInfo.Actor) async throws -> CompletionWithResult {
        guard let habitID = request.habitID else { throw Failure.habitIDRequired }
        let today = try Today(of: user, in: self)
        let day = CompletedDay(date: today.date, endsAt: try bounds(of: today.date, in: user.timezone).upperBound)
        return try await transaction { transaction in
            let found: Habit? = try await transaction.first(Habit.locked(habitID, of: user.id))
            guard var habit = found else { throw Failure.habitNotFound }
            guard !habit.isArchived else { throw Failure.habitArchived }
            guard !habit.isCompleted(on: today) else { throw Failure.completedToday }

            let best = habit.streak.best
            var inWeek = 1
            if habit.schedule.frequency == .timesPerWeek {
                inWeek += try await transaction.first(Completion.count(ofHabit: habit.id, in: today.week)) ?? 0
            }
            habit.streak.extend(to: day.date, inWeek: inWeek, by: habit.schedule)
            var completion = Completion(
                id: transaction.makeID(), of: habit, on: day, completedAt: today.now, isBackfilled: false, createdAt: today.now)
            completion.notes = request.notes
            completion.difficultyRating = request.difficultyRating
            completion.moodRating = request.moodRating
            completion.value = request.value
            completion.streak = habit.streak.current(on: day.date, by: habit.schedule)

            let result = CompletionResult(
                difficulty: habit.difficulty, reward: try await transaction.call(Progression.award, completion.activity),
                streak: completion.streak, isPersonalBest: habit.streak.best > best, countsWeeks: habit.schedule.countsWeeks)
            completion.xpEarned = result.xpEarned
            completion.coinsEarned = result.coinsEarned
            try await transaction.record(completion, of: habit, unless: .completedToday)
            try await transaction.tell(CompletionEvents.completed, completion)
            return CompletionWithResult(completion: completion, result: result)
        }
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
