import HearthKit

/// From one status to another, with all that follows from it.
extension Context {
    /// Gives a task another status: completing pays it, unless it was paid before, and creates the next one if it recurs; opening
    /// it again takes that one away while nothing has happened to it. The reward stays: it is not paid a second time either.
    ///
    /// - Parameters:
    ///   - task: Locked by this transaction, and to be stored by the caller.
    ///   - status: The same one changes nothing.
    ///   - limit: What tasks can bring a day.
    ///   - moment: Now.
    /// - Returns: What else is to be stored, after the task.
    /// - Throws: ``Failure`` 400 for completing a cancelled task.
    func move(
        _ task: inout UserTask, to status: TaskStatus, within limit: DailyLimit, at moment: Moment
    ) async throws -> [SQL] {
        let before = task.status
        guard status != before else { return [] }
        task.become(status, at: moment.now)
        var statements: [SQL] = []
        if before == .completed {
            try await reopen(&task, at: moment)
        } else if status == .completed {
            guard before != .cancelled else { throw Failure.completingCancelled }
            try await pay(&task, within: limit, at: moment)
            if let next = try await follow(&task, at: moment) { statements.append(next.insertion) }
        }
        return statements
    }

    /// Completes a task and pays it, if it has not been paid.
    private func pay(_ task: inout UserTask, within limit: DailyLimit, at moment: Moment) async throws {
        if task.rewardedAt == nil, provides(Progression.name) {
            let xp = try await limit.take(task.reward(on: moment.date), of: task.userID, on: moment.date, in: self)
            let activity = TaskActivity(
                userID: task.userID, taskID: task.id, baseXP: xp, localDate: moment.date, occurredAt: moment.now)
            if let credited = try await call(Progression.award, activity) {
                task.earned = credited
                task.rewardedAt = moment.now
            }
        }
        let completion = UserTask.Completion(at: moment.now, on: moment.date)
        task.completion = completion
        try await tell(TaskEvents.completed, TaskEvent(task: task, completion: completion))
    }

    private func reopen(_ task: inout UserTask, at moment: Moment) async throws {
        guard let completion = task.completion else { return }
        task.completion = nil
        if task.nextID != nil, try await execute(task.followerDeletion) > 0 { task.nextID = nil }
        try await tell(TaskEvents.reopened, TaskEvent(task: task, completion: completion))
    }

    /// The task that follows one that is over, if it recurs and none follows it yet. Its evaluation is asked for if the one before
    /// was never evaluated.
    ///
    /// - Returns: It, to be stored by the caller.
    func follow(_ task: inout UserTask, at moment: Moment) async throws -> UserTask? {
        guard task.nextID == nil, var next = task.following(at: moment, makeID: makeID) else { return nil }
        task.nextID = next.id
        if next.usesEvaluation, next.evaluation == nil, provides(Evaluator.name) {
            next.awaitEvaluation(since: moment.now)
            try await ask(EvaluationJobs.evaluate, about: [next.id])
        }
        tell(next.userID, .created, task: next.id)
        return next
    }
}

extension UserTask {
    /// Has another status. Of one that is over no evaluation is awaited.
    mutating func become(_ status: TaskStatus, at now: Timestamp) {
        self.status = status
        cancelledAt = status == .cancelled ? now : nil
        if !status.isOpen { evaluationAskedAt = nil }
    }

    /// The next one of a task that recurs: on the first fitting day after the one on which it was due, and after today.
    func following(at moment: Moment, makeID: () -> UUID) -> UserTask? {
        guard let recurrence else { return nil }
        let date = recurrence.next(after: max(due?.date ?? moment.date, moment.date))
        // Where the calendar ends, so does the recurrence.
        guard date.components.year <= 9999 else { return nil }
        return UserTask(repeating: self, id: makeID(), on: date, at: moment.now, makeID: makeID)
    }

    private init(repeating task: UserTask, id: UUID, on date: LocalDate, at now: Timestamp, makeID: () -> UUID) {
        self.id = id
        userID = task.userID
        title = task.title
        description = task.description
        category = task.category
        priority = task.priority
        status = .pending
        due = Due(date: date, time: task.due?.time)
        tags = task.tags
        subtasks = task.subtasks.map { subtask in
            var next = Subtask()
            next.id = makeID()
            next.title = subtask.title
            return next
        }
        difficulty = task.difficulty
        wishedXP = task.wishedXP
        usesEvaluation = task.usesEvaluation
        evaluation = task.evaluation
        recurrence = task.recurrence
        createdAt = now
        updatedAt = now
    }
}
