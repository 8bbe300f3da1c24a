import HearthKit

/// What users do with their habits, beyond a single statement.
extension Context {
    /// Creates a habit at the end of the list.
    ///
    /// - Throws: ``Failure`` 422 when the user has as many as allowed.
    func create(_ values: HabitCreate, by user: ContextInfo.Actor, atMost limit: Int) async throws -> HabitResponse {
        let today = try Today(of: user, in: self)
        let places: HabitPlaces? = try await first(HabitPlaces.ofAll(of: user.id))
        // Two at the same time may both pass or share a position: harmless, as lists then go by time.
        guard (places?.count ?? 0) < limit else { throw Failure.tooManyHabits(limit) }
        let habit = Habit(values, id: makeID(), of: user.id, position: (places?.last ?? -1) + 1, at: today.now)
        try await execute(habit.insertion)
        tell(user.id, .habitCreated, habit: habit.id)
        return HabitResponse(habit: habit, today: today)
    }

    /// Changes a habit; its streak follows when days of completions count otherwise than before.
    ///
    /// - Parameters:
    ///   - id: The habit.
    ///   - user: Its user.
    ///   - edit: Makes the change, all but what follows from it for the streak and the time.
    /// - Throws: ``Failure`` 404; what the change throws.
    func change(
        _ id: UUID, by user: ContextInfo.Actor, _ edit: (inout Habit, Today) throws -> Void
    ) async throws -> HabitResponse {
        let today = try Today(of: user, in: self)
        return try await transaction { transaction in
            guard var habit: Habit = try await transaction.first(Habit.locked(id, of: user.id)) else {
                throw Failure.habitNotFound
            }
            let schedule = habit.schedule
            try edit(&habit, today)
            habit.updatedAt = today.now
            if habit.schedule != schedule {
                let days: [CompletedDay] = try await transaction.query(CompletedDay.all(ofHabit: id))
                habit.streak = Streak(of: days.map(\.date), by: habit.schedule)
            }
            try await transaction.execute(habit.update)
            transaction.tell(user.id, .habitChanged, habit: id)
            return HabitResponse(habit: habit, today: today)
        }
    }

    /// Deletes a habit with its completions.
    ///
    /// - Throws: ``Failure`` 404.
    func delete(_ id: UUID, by user: ContextInfo.Actor) async throws {
        let today = try Today(of: user, in: self)
        try await transaction { transaction in
            let deleted: Habit? = try await transaction.first(Habit.deletion(id, of: user.id))
            guard let deleted else { throw Failure.habitNotFound }
            try await transaction.publish(
                DeletionEvent.deleted, key: "\(user.id)", DeletionEvent(habit: deleted, today: today))
            transaction.tell(user.id, .habitDeleted, habit: id)
        }
    }

    /// The habits that belong on today's list.
    func habitsToday(of user: ContextInfo.Actor) async throws -> [HabitWithProgress] {
        let today = try Today(of: user, in: self)
        let habits: [HabitInWeek] = try await query(HabitInWeek.list(of: user.id, in: today.week))
        return habits.filter { $0.habit.schedule.shows(on: today.date) }
            .map { HabitWithProgress(response: HabitResponse(habit: $0.habit, today: today), weekCompletions: $0.completions) }
    }
}
