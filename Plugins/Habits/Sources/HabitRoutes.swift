import HearthKit

/// Which habits to list.
struct HabitListQuery: Input {
    var includeArchived = false
    var category: String?

    static let schema = Schema<HabitListQuery>("HabitListQuery") {
        Field("include_archived", \.includeArchived, .docs("Whether to list archived habits too."))
        Field("category", \.category, .docs("Only habits of this category."))
    }
}

/// Which page of a habit's completions to list.
struct HabitHistoryQuery: Input {
    var limit = 30
    var offset = 0

    static let schema = Schema<HabitHistoryQuery>("HabitHistoryQuery") {
        Field("limit", \.limit, .range(1...365))
        Field("offset", \.offset, .range(0...))
    }
}

extension Routes {
    private static let habitID = PathParameter<UUID>("habit_id", "The habit.")

    /// Everything under `/habits`.
    ///
    /// - Parameter limit: How many habits a user may have.
    func addHabits(atMost limit: Int) {
        let path: RoutePath = "/habits/\(Self.habitID)"
        let missing = RouteOptions(failures: [.habitNotFound])

        route(.get, "/habits/", "List habits", query: HabitListQuery.self) { request in
            let today = try Today(of: request.user, in: request.context)
            let list = Habit.list(
                of: try request.user.id, archived: request.query.includeArchived, category: request.query.category)
            return try await request.context.query(list, as: Habit.self).map { HabitResponse(habit: $0, today: today) }
        }
        route(.post, "/habits/", "Create a habit", body: HabitCreate.self, status: 201) { request in
            try await request.context.create(request.body, by: request.user, atMost: limit)
        }
        route(
            .get, "/habits/today", "List today's habits with the progress of the week",
            options: RouteOptions(docs: "Weekly habits stand here on Mondays, those of specific days on their days.")
        ) { request in
            try await request.context.habitsToday(of: request.user)
        }
        route(.get, path, "Show a habit", options: missing) { request in
            let today = try Today(of: request.user, in: request.context)
            let habit: Habit? = try await request.context.first(Habit.one(request[Self.habitID], of: request.user.id))
            guard let habit else { throw Failure.habitNotFound }
            return HabitResponse(habit: habit, today: today)
        }
        route(.put, path, "Change a habit", body: HabitUpdate.self, options: missing) { request in
            try await request.context.change(request[Self.habitID], by: request.user) { habit, today in
                request.body.apply(to: &habit, at: today.now)
            }
        }
        route(
            .delete, path, "Delete a habit", status: 204,
            options: RouteOptions(failures: [.habitNotFound], docs: "Its completions go with it; what they earned stays.")
        ) { request in
            try await request.context.delete(request[Self.habitID], by: request.user)
            return Nothing()
        }
        route(.post, "/habits/\(Self.habitID)/archive", "Archive a habit", options: missing) { request in
            let today = try Today(of: request.user, in: request.context)
            let archiving = Habit.archiving(try request[Self.habitID], of: try request.user.id, at: today.now)
            guard let habit: Habit = try await request.context.first(archiving) else { throw Failure.habitNotFound }
            request.context.tell(habit.userID, .habitChanged, habit: habit.id)
            return HabitResponse(habit: habit, today: today)
        }
        route(
            .get, "/habits/\(Self.habitID)/history", "List a habit's completions, newest first",
            query: HabitHistoryQuery.self, options: missing
        ) { request in
            let id = try request[Self.habitID]
            guard let _: Habit = try await request.context.first(Habit.one(id, of: request.user.id)) else {
                throw Failure.habitNotFound
            }
            return try await request.context.query(
                Completion.history(ofHabit: id, limit: request.query.limit, offset: request.query.offset), as: Completion.self)
        }
    }
}
