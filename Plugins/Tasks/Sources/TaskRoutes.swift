import HearthKit

/// Which page of tasks to list.
struct TaskPageQuery: Input {
    var limit = 500
    var offset = 0

    static let schema = Schema<TaskPageQuery>("TaskPageQuery") {
        Field("limit", \.limit, .range(1...500))
        Field("offset", \.offset, .range(0...))
    }
}

/// Which tasks to list.
struct TaskListQuery: Input {
    var status: TaskStatus?
    var priority: Priority?
    var includesCompleted = false
    var limit = 500
    var offset = 0

    static let schema = Schema<TaskListQuery>("TaskListQuery") {
        Field("status", \.status, .docs("Only tasks of this status; null for those that are still to be done."))
        Field("priority", \.priority, .docs("Only tasks of this priority."))
        Field("include_completed", \.includesCompleted, .docs("Whether to list completed and cancelled tasks too."))
        Field("limit", \.limit, .range(1...500))
        Field("offset", \.offset, .range(0...))
    }
}

extension Routes {
    private static let taskID = PathParameter<UUID>("task_id", "The task.")

    /// Everything under `/tasks` but subtasks.
    ///
    /// - Parameter limit: What tasks can bring a day.
    func addTasks(within limit: DailyLimit) {
        let path: RoutePath = "/tasks/\(Self.taskID)"
        let missing = RouteOptions(failures: [.taskNotFound])

        route(
            .get, "/tasks/", "List tasks", query: TaskListQuery.self,
            options: RouteOptions(docs: "The most important first, of those the ones that are due first, of those the newest.")
        ) { request in
            try await request.context.tasks(by: request.user) { user, _ in UserTask.list(of: user, request.query) }
        }
        route(
            .post, "/tasks/", "Create a task", body: TaskCreate.self, status: 201,
            options: RouteOptions(
                docs: """
                    Answers at once. Difficulty and reward are null until an evaluator has answered, which is told over the socket \
                    and as a notification.
                    """)
        ) { request in
            try await request.context.create(request.body, by: request.user)
        }
        route(
            .get, "/tasks/today", "List open tasks that are due today", query: TaskPageQuery.self,
            options: RouteOptions(docs: "Today is the user's own day.")
        ) { request in
            try await request.context.tasks(by: request.user) { user, moment in
                UserTask.due(on: moment.date, of: user, request.query)
            }
        }
        route(
            .get, "/tasks/overdue", "List open tasks that were due before now", query: TaskPageQuery.self,
            options: RouteOptions(
                docs: """
                    By the user's own clock: a task without a time is due until its day is over, and a time that comes twice when the \
                    clock is set back has passed when it has come once.
                    """)
        ) { request in
            try await request.context.tasks(by: request.user) { user, moment in
                UserTask.overdue(at: moment, of: user, request.query)
            }
        }
        route(.get, path, "Show a task with its evaluation", options: missing) { request in
            let moment = try Moment(in: request.user.timezone, of: request.context)
            let task: UserTask? = try await request.context.first(UserTask.one(request[Self.taskID], of: request.user.id))
            guard let task else { throw Failure.taskNotFound }
            return TaskWithEvaluation(task, at: moment)
        }
        route(
            .put, path, "Change a task", body: TaskUpdate.self,
            options: RouteOptions(failures: [.completingCancelled, .rewardingCompleted, .taskNotFound])
        ) { request in
            try await request.context.change(request[Self.taskID], by: request.user, request.body, within: limit)
        }
        route(
            .delete, path, "Delete a task", status: 204,
            options: RouteOptions(failures: [.taskNotFound], docs: "What it has earned stays.")
        ) { request in
            let (id, user) = (try request[Self.taskID], try request.user.id)
            guard try await request.context.execute(UserTask.deletion(id, of: user)) > 0 else { throw Failure.taskNotFound }
            request.context.tell(user, .deleted, task: id)
            return Nothing()
        }
        route(
            .post, "/tasks/\(Self.taskID)/complete", "Complete a task",
            options: RouteOptions(
                failures: [.alreadyCompleted, .completingCancelled, .taskNotFound],
                docs: """
                    Pays its reward, a fifth more before the day on which it is due; less where the operator limits what tasks can \
                    bring a day, and that is used up. If it recurs, the next one is created.
                    """)
        ) { request in
            try await request.context.complete(request[Self.taskID], by: request.user, within: limit)
        }
        route(
            .post, "/tasks/\(Self.taskID)/skip", "Skip a task that recurs",
            options: RouteOptions(
                failures: [.skippingClosed, .skippingSingle, .taskNotFound],
                docs: "Cancels it without a reward and creates the next one, `next_task_id`.")
        ) { request in
            try await request.context.skip(request[Self.taskID], by: request.user)
        }
        route(
            .post, "/tasks/\(Self.taskID)/reevaluate", "Have a task evaluated again", status: 202,
            options: RouteOptions(
                failures: [.evaluatingClosed, .taskNotFound],
                docs: """
                    What was evaluated before stays until the answer is there, and longer where a model has evaluated and no model can \
                    be asked now, which `notice` tells. While an answer is awaited no other is asked for, unless its job was given up.
                    """)
        ) { request in
            try await request.context.reevaluate(request[Self.taskID], by: request.user)
        }
        route(
            .post, "/tasks/evaluate", "Have several tasks evaluated", body: TaskSelection.self, status: 202,
            options: RouteOptions(docs: "Answers those for which an evaluation is awaited now; others are passed over.")
        ) { request in
            try await request.context.evaluate(request.body.taskIDs, by: request.user)
        }
    }
}

/// Tasks of a user.
struct TaskSelection: Input {
    var taskIDs: [UUID] = []

    static let schema = Schema<TaskSelection>("TaskSelection") {
        Field("task_ids", \.taskIDs, .required, .count(1...20))
    }
}

extension Context {
    /// Tasks of a user as they stand now.
    fileprivate func tasks(
        by user: ContextInfo.Actor, _ list: (UUID, Moment) -> SQL
    ) async throws -> [TaskResponse] {
        let moment = try Moment(in: user.timezone, of: self)
        return try await query(list(user.id, moment), as: UserTask.self).map { TaskResponse(task: $0, moment: moment) }
    }
}
