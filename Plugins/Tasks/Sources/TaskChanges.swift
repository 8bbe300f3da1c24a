import HearthKit

/// What users do with their tasks, each in one transaction.
extension Context {
    /// A task of a user, which nobody else changes until this transaction ends.
    ///
    /// - Throws: ``Failure`` 404.
    func locked(_ id: UUID, of user: ContextInfo.Actor) async throws -> UserTask {
        guard let task: UserTask = try await first(UserTask.locked(id, of: user.id)) else { throw Failure.taskNotFound }
        return task
    }

    /// Creates a task, and has it evaluated unless its user does not want that.
    ///
    /// - Throws: ``Failure`` 422 for a due date that his calendar does not have.
    func create(_ values: TaskCreate, by user: ContextInfo.Actor) async throws -> TaskResponse {
        let moment = try Moment(in: user.timezone, of: self)
        let due = try values.dueDate?.due(in: user.timezone, of: self)
        let task = UserTask(values, due: due, of: user.id, at: moment, makeID: makeID)
        return TaskResponse(task: try await insert(task, at: moment.now), moment: moment)
    }

    /// Stores a new task, and asks for its evaluation in the same transaction.
    private func insert(_ task: UserTask, at now: Timestamp) async throws -> UserTask {
        var task = task
        guard task.usesEvaluation, provides(Evaluator.name) else {
            try await execute(task.insertion)
            tell(task.userID, .created, task: task.id)
            return task
        }
        task.awaitEvaluation(since: now)
        try await transaction { transaction in
            try await transaction.execute(task.insertion)
            try await transaction.ask(EvaluationJobs.evaluate, about: [task.id])
            transaction.tell(task.userID, .created, task: task.id)
        }
        return task
    }

    /// Changes a task. One that is another for an evaluator loses its evaluation at once, and is evaluated anew.
    ///
    /// - Throws: ``Failure`` 400, 404 and 422.
    func change(
        _ id: UUID, by user: ContextInfo.Actor, _ values: TaskUpdate, within limit: DailyLimit
    ) async throws -> TaskResponse {
        let moment = try Moment(in: user.timezone, of: self)
        let due = try values.dueDate.applied(to: nil)?.due(in: user.timezone, of: self)
        return try await transaction { transaction in
            var task = try await transaction.locked(id, of: user)
            if values.changesReward, task.status == .completed { throw Failure.rewardingCompleted }
            let before = task
            values.apply(to: &task, due: due, at: moment)
            let status = values.status.applied(to: task.status)
            let staysCompleted = before.status == .completed && status == .completed
            if staysCompleted, task.reward != before.reward { throw Failure.rewardingCompleted }
            let isAnother = task.isAnother(than: before, becoming: status)
            // Before it is paid.
            if isAnother { task.dropEvaluation(keepsWish: values.changesReward) }
            let moved = try await transaction.move(&task, to: status, within: limit, at: moment)
            try await transaction.store(&task, after: before, isAnother: isAnother, with: moved, at: moment.now)
            transaction.tell(user.id, .changed, task: id)
            return TaskResponse(task: task, moment: moment)
        }
    }

    /// Stores a task that was changed in this transaction, and asks for its evaluation if the change calls for one.
    ///
    /// - Parameters:
    ///   - task: Locked by this transaction.
    ///   - before: The task before the change.
    ///   - isAnother: Whether an evaluator would see something else.
    ///   - others: What else is to be stored, after the task.
    ///   - now: Since when the evaluation is awaited.
    func store(
        _ task: inout UserTask, after before: UserTask, isAnother: Bool, with others: [SQL] = [], at now: Timestamp
    ) async throws {
        let isAsked = task.needsEvaluation(after: before, isAnother: isAnother) && provides(Evaluator.name)
        if isAsked { task.awaitEvaluation(since: now) }
        try await execute([task.update] + others)
        if isAsked { try await ask(EvaluationJobs.evaluate, about: [task.id]) }
    }

    /// Completes a task, in one transaction with its reward: the task is locked, so of several that arrive together one
    /// succeeds.
    ///
    /// - Throws: ``Failure`` 400 for one that is completed or cancelled; 404.
    func complete(_ id: UUID, by user: ContextInfo.Actor, within limit: DailyLimit) async throws -> TaskWithEvaluation {
        let moment = try Moment(in: user.timezone, of: self)
        return try await transaction { transaction in
            var task = try await transaction.locked(id, of: user)
            guard task.status != .completed else { throw Failure.alreadyCompleted }
            task.updatedAt = moment.now
            let moved = try await transaction.move(&task, to: .completed, within: limit, at: moment)
            try await transaction.execute([task.update] + moved)
            transaction.tell(user.id, .changed, task: id)
            return TaskWithEvaluation(task, at: moment)
        }
    }

    /// Cancels a task that recurs, and creates the next one.
    ///
    /// - Throws: ``Failure`` 400 for one that is over or does not recur; 404.
    func skip(_ id: UUID, by user: ContextInfo.Actor) async throws -> TaskResponse {
        let moment = try Moment(in: user.timezone, of: self)
        return try await transaction { transaction in
            var task = try await transaction.locked(id, of: user)
            guard task.status.isOpen else { throw Failure.skippingClosed }
            guard task.recurrence != nil else { throw Failure.skippingSingle }
            task.updatedAt = moment.now
            task.become(.cancelled, at: moment.now)
            let next = try await transaction.follow(&task, at: moment)
            try await transaction.execute([task.update] + (next.map { [$0.insertion] } ?? []))
            transaction.tell(user.id, .changed, task: id)
            return TaskResponse(task: task, moment: moment)
        }
    }
}
