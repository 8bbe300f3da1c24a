import HearthKit

extension Context {
    /// Enters a completion of an earlier day, which heals the habit's streak. Archived habits accept it too: they were in use
    /// then. It is worth half, and progression pays it without bonuses.
    ///
    /// - Throws: ``Failure`` 404; 400 for a day in the future, more than 30 days ago or already completed.
    func backfill(_ request: CompletionBackfill, by user: ContextInfo.Actor) async throws -> Completion {
        let today = try Today(of: user, in: self)
        let date = request.completedDate
        return try await transaction { transaction in
            let found: Habit? = try await transaction.first(Habit.locked(request.habitID, of: user.id))
            guard var habit = found else { throw Failure.habitNotFound }
            guard date <= CompletedDay.latestBackfill(after: habit.lastCompleted, on: today) else { throw Failure.inTheFuture }
            guard today.date - date <= 30 else { throw Failure.tooLongAgo }
            let days: [CompletedDay] = try await transaction.query(CompletedDay.all(ofHabit: habit.id))
            guard !days.contains(where: { $0.date == date }) else { throw Failure.completed(on: date) }

            let earlier = days.map(\.date).filter { $0 < date } + [date]
            habit.streak = Streak(of: earlier + days.map(\.date).filter { $0 > date }, by: habit.schedule)
            let hours = try bounds(of: date, in: user.timezone)
            var completion = Completion(
                id: transaction.makeID(), of: habit, on: CompletedDay(date: date, endsAt: hours.upperBound),
                completedAt: hours.middle, isBackfilled: true, createdAt: today.now)
            completion.notes = request.notes
            completion.streak = Streak(of: earlier, by: habit.schedule).current(on: date, by: habit.schedule)
            let reward = try await transaction.call(Progression.award, completion.activity(of: habit))
            completion.xpEarned = max(0, reward?.xp ?? 0)
            completion.coinsEarned = max(0, reward?.coins ?? 0)
            try await transaction.record(completion, of: habit, unless: .completed(on: date))
            try await transaction.tell(CompletionEvents.completed, completion)
            return completion
        }
    }
}

extension Range<Timestamp> {
    /// Noon, for the hours of a day: an instant that lies on that day for clients in most other zones too.
    var middle: Timestamp {
        Timestamp(microseconds: lowerBound.microseconds + (upperBound.microseconds - lowerBound.microseconds) / 2)
    }
}
