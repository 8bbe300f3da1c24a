import HearthKit

/// The completion that is next if a habit is completed now, not stored yet.
struct NextCompletion {
    /// With the streak that it then has.
    let habit: Habit
    var completion: Completion
    /// Whether that streak was never longer.
    let isPersonalBest: Bool

    /// What it brings.
    func result(_ reward: Reward?) -> CompletionResult {
        CompletionResult(
            difficulty: habit.difficulty, reward: reward, streak: completion.streak, isPersonalBest: isPersonalBest,
            countsWeeks: habit.schedule.countsWeeks)
    }
}

extension Context {
    /// The completion that is next for a habit.
    ///
    /// - Throws: ``Failure`` 404 without habit; 400 for an archived one and for one that is completed.
    func nextCompletion(of habit: Habit?, by user: ContextInfo.Actor, on today: Today) async throws -> NextCompletion {
        guard var habit else { throw Failure.habitNotFound }
        guard !habit.isArchived else { throw Failure.habitArchived }
        guard !habit.isCompleted(on: today) else { throw Failure.completedToday }

        let best = habit.streak.best
        var inWeek = 1
        if habit.schedule.frequency == .timesPerWeek {
            inWeek += try await first(Completion.count(ofHabit: habit.id, in: today.week)) ?? 0
        }
        habit.streak.extend(to: today.date, inWeek: inWeek, by: habit.schedule)
        let day = CompletedDay(date: today.date, endsAt: try bounds(of: today.date, in: user.timezone).upperBound)
        var completion = Completion(
            id: makeID(), of: habit, on: day, completedAt: today.now, isBackfilled: false, createdAt: today.now)
        completion.streak = habit.streak.current(on: day.date, by: habit.schedule)
        return NextCompletion(habit: habit, completion: completion, isPersonalBest: habit.streak.best > best)
    }
}
