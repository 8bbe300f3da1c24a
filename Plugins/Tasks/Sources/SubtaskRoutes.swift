import HearthKit

extension Routes {
    private static let taskID = PathParameter<UUID>("task_id", "The task.")
    private static let subtaskID = PathParameter<UUID>("subtask_id", "The subtask.")

    /// Everything under `/tasks/{task_id}/subtasks`: what is answered is the whole task.
    func addSubtasks() {
        let all: RoutePath = "/tasks/\(Self.taskID)/subtasks"
        let one: RoutePath = "/tasks/\(Self.taskID)/subtasks/\(Self.subtaskID)"

        route(
            .post, all, "Add a subtask", body: SubtaskCreate.self, status: 201,
            options: RouteOptions(failures: [.taskNotFound, .tooManySubtasks], docs: "At the end of the list.")
        ) { request in
            let context = request.context
            return try await context.changeSubtasks(of: request[Self.taskID], by: request.user) { subtasks, now in
                guard subtasks.count < Subtask.limit else { throw Failure.tooManySubtasks }
                subtasks.append(Subtask(request.body, id: context.makeID(), at: now))
            }
        }
        route(
            .put, all, "Put the subtasks in order", body: SubtaskOrder.self,
            options: RouteOptions(failures: [.otherSubtasks, .taskNotFound])
        ) { request in
            try await request.context.changeSubtasks(of: request[Self.taskID], by: request.user) { subtasks, _ in
                let known = Dictionary(subtasks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
                let ordered = request.body.subtaskIDs.compactMap { known[$0] }
                guard ordered.count == request.body.subtaskIDs.count, Set(ordered.map(\.id)).count == subtasks.count,
                    ordered.count == subtasks.count
                else { throw Failure.otherSubtasks }
                subtasks = ordered
            }
        }
        route(
            .put, one, "Change a subtask or tick it", body: SubtaskUpdate.self,
            options: RouteOptions(failures: [.taskNotFound, .subtaskNotFound])
        ) { request in
            let id = try request[Self.subtaskID]
            return try await request.context.changeSubtasks(of: request[Self.taskID], by: request.user) { subtasks, now in
                guard let index = subtasks.firstIndex(where: { $0.id == id }) else { throw Failure.subtaskNotFound }
                request.body.apply(to: &subtasks[index], at: now)
            }
        }
        route(.delete, one, "Remove a subtask", options: RouteOptions(failures: [.taskNotFound, .subtaskNotFound])) { request in
            let id = try request[Self.subtaskID]
            return try await request.context.changeSubtasks(of: request[Self.taskID], by: request.user) { subtasks, _ in
                guard let index = subtasks.firstIndex(where: { $0.id == id }) else { throw Failure.subtaskNotFound }
                subtasks.remove(at: index)
            }
        }
    }
}

extension Context {
    /// Changes the steps of a task, which nobody else changes meanwhile. With other steps it is evaluated anew.
    ///
    /// - Throws: ``Failure`` 404, or what the change throws.
    fileprivate func changeSubtasks(
        of id: UUID, by user: ContextInfo.Actor, _ change: (inout [Subtask], Timestamp) throws -> Void
    ) async throws -> TaskResponse {
        let moment = try Moment(in: user.timezone, of: self)
        return try await transaction { transaction in
            var task = try await transaction.locked(id, of: user)
            let before = task
            try change(&task.subtasks, moment.now)
            task.updatedAt = moment.now
            let isAnother = task.isAnother(than: before, becoming: task.status)
            if isAnother { task.dropEvaluation() }
            try await transaction.store(&task, after: before, isAnother: isAnother, at: moment.now)
            transaction.tell(user.id, .changed, task: id)
            return TaskResponse(task: task, moment: moment)
        }
    }
}
