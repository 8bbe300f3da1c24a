import HearthKit

extension Context {
    /// Removes a completion and everything that followed from it: the reward, the habit's counters, its streaks.
    ///
    /// - Throws: ``Failure`` 404.
    func undo(_ id: UUID, by user: ContextInfo.Actor) async throws {
        try await transaction { transaction in
            // Habits are locked before their completions change, here as in completing, so the two never wait for each other.
            guard var habit: Habit = try await transaction.first(Habit.locked(ofCompletion: id, of: user.id)),
                let completion: Completion = try await transaction.first(Completion.deletion(id))
            else { throw Failure.completionNotFound }
            // Nobody provides progression, or it never heard of this completion: then there is nothing to take back.
            _ = try await transaction.call(Progression.revoke, completion.activity(of: habit))
            let days: [CompletedDay] = try await transaction.query(CompletedDay.all(ofHabit: habit.id))
            habit.streak = Streak(of: days.map(\.date), by: habit.schedule)
            habit.lastCompleted = days.last
            habit.totalCompletions = days.count
            habit.totalXPEarned = max(0, habit.totalXPEarned - completion.xpEarned)
            try await transaction.execute(habit.progressUpdate)
            try await transaction.tell(CompletionEvents.undone, completion)
            transaction.tell(user.id, .completionDeleted, habit: habit.id, completion: id)
        }
    }
}
