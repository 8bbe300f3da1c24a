import HearthKit

/// The statements on the table of tasks. Each that a user causes names him: what belongs to others does not exist.
extension UserTask {
    /// The most important first, of those the ones that are due first, of those the newest.
    private static let order: SQL = """
        ORDER BY priority DESC, due_date NULLS LAST, due_time NULLS LAST, created_at DESC, id DESC
        """

    /// A page of a user's tasks; those that are still to be done, unless the query asks for others.
    static func list(of user: UUID, _ query: TaskListQuery) -> SQL {
        let status: SQL
        if let wanted = query.status {
            status = "status = \(wanted)"
        } else {
            status = query.includesCompleted ? "TRUE" : TaskStatus.isOpen
        }
        let priority: SQL = query.priority.map { "AND priority = \($0.rank)" } ?? ""
        return """
            SELECT \(columns) FROM tasks WHERE user_id = \(user) AND \(status) \(priority)
            \(order) LIMIT \(query.limit) OFFSET \(query.offset)
            """
    }

    /// A page of a user's tasks that are due today.
    static func due(on date: LocalDate, of user: UUID, _ page: TaskPageQuery) -> SQL {
        """
        SELECT \(columns) FROM tasks WHERE user_id = \(user) AND \(TaskStatus.isOpen) AND due_date = \(date)
        \(order) LIMIT \(page.limit) OFFSET \(page.offset)
        """
    }

    /// A page of a user's tasks that were due before now.
    static func overdue(at moment: Moment, of user: UUID, _ page: TaskPageQuery) -> SQL {
        """
        SELECT \(columns) FROM tasks WHERE user_id = \(user) AND \(TaskStatus.isOpen)
            AND (due_date < \(moment.date) OR due_date = \(moment.date) AND due_time < \(moment.latestTime))
        \(order) LIMIT \(page.limit) OFFSET \(page.offset)
        """
    }

    /// Open tasks of all users that are due on a day at certain times, by id.
    static func page(due date: LocalDate, in times: ClosedRange<LocalTime>, after id: UUID?, limit: Int) -> SQL {
        let rest: SQL = id.map { "AND id > \($0)" } ?? ""
        return """
            SELECT \(columns) FROM tasks
            WHERE due_date = \(date) AND due_time BETWEEN \(times.lowerBound) AND \(times.upperBound) AND \(TaskStatus.isOpen) \(rest)
            ORDER BY id LIMIT \(limit)
            """
    }

    /// A page of all tasks of a user, in the order in which they were created.
    static func page(of user: UUID, after id: UUID?, limit: Int) -> SQL {
        let rest: SQL = id.map { "AND id > \($0)" } ?? ""
        return "SELECT \(columns) FROM tasks WHERE user_id = \(user) \(rest) ORDER BY id LIMIT \(limit)"
    }

    /// A task of a user.
    static func one(_ id: UUID, of user: UUID) -> SQL {
        "SELECT \(columns) FROM tasks WHERE id = \(id) AND user_id = \(user)"
    }

    /// A task of a user, which nobody else changes until the transaction ends.
    static func locked(_ id: UUID, of user: UUID) -> SQL {
        "SELECT \(columns) FROM tasks WHERE id = \(id) AND user_id = \(user) FOR UPDATE"
    }

    /// Several tasks of a user, locked likewise.
    static func locked(_ ids: [UUID], of user: UUID) -> SQL {
        "SELECT \(columns) FROM tasks WHERE id IN \(in: ids) AND user_id = \(user) ORDER BY id FOR UPDATE"
    }

    /// Removes a task.
    static func deletion(_ id: UUID, of user: UUID) -> SQL {
        "DELETE FROM tasks WHERE id = \(id) AND user_id = \(user)"
    }

    /// Removes the task that follows this one, unless something has happened to it.
    var followerDeletion: SQL {
        """
        DELETE FROM tasks
        WHERE id = \(nextID) AND user_id = \(userID) AND status = \(TaskStatus.pending) AND updated_at = created_at
        """
    }

    /// Removes some of the tasks that were cancelled before an instant.
    static func deletion(cancelledBefore instant: Timestamp, atMost limit: Int) -> SQL {
        "DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE cancelled_at < \(instant) ORDER BY id LIMIT \(limit))"
    }

    /// The tasks that a user has completed last.
    static func history(of user: UUID, limit: Int) -> SQL {
        """
        SELECT \(columns) FROM tasks WHERE user_id = \(user) AND completed_at IS NOT NULL
        ORDER BY completed_at DESC NULLS LAST, id DESC LIMIT \(limit)
        """
    }

    /// A page of the completed tasks of all users, in the order in which they were completed.
    static func completed(after last: UserTask.Place?, limit: Int) -> SQL {
        let rest: SQL =
            last.map { "AND (completed_at > \($0.completedAt) OR completed_at = \($0.completedAt) AND id > \($0.id))" } ?? ""
        return """
            SELECT \(columns) FROM tasks WHERE completed_at IS NOT NULL \(rest)
            ORDER BY completed_at NULLS LAST, id LIMIT \(limit)
            """
    }

    /// A task whose evaluation is awaited, if it still is.
    static func awaitingEvaluation(_ id: UUID) -> SQL {
        "SELECT \(columns) FROM tasks WHERE id = \(id) AND \(TaskStatus.isOpen) AND evaluation_asked_at IS NOT NULL"
    }

    /// Notes that evaluations of several tasks are asked for, which are locked.
    static func awaitingEvaluation(of ids: [UUID], since now: Timestamp) -> SQL {
        """
        UPDATE tasks SET evaluation_round = evaluation_round + 1, evaluation_asked_at = \(now) WHERE id IN \(in: ids)
        """
    }

    /// Stores an evaluation of this task, unless it was answered or asked about anew meanwhile, or is over.
    ///
    /// - Parameters:
    ///   - evaluation: What to store.
    ///   - keepsWish: Whether what its user wishes is not relative to another evaluation, which goes now.
    func storing(_ evaluation: Evaluation, keepsWish: Bool) -> SQL {
        let wish: SQL = keepsWish ? "" : ", wished_xp = NULL"
        return """
            UPDATE tasks SET evaluation = \(evaluation.stored), evaluation_asked_at = NULL \(wish)
            WHERE id = \(id) AND evaluation_round = \(evaluationRound) AND evaluation_asked_at IS NOT NULL AND \(TaskStatus.isOpen)
            RETURNING \(Self.columns)
            """
    }

    /// Waits no longer for the evaluation of this task, unless it was asked for anew meanwhile.
    var forgettingEvaluation: SQL {
        "UPDATE tasks SET evaluation_asked_at = NULL WHERE id = \(id) AND evaluation_round = \(evaluationRound)"
    }

    /// Waits no longer for some of the evaluations that were asked for before an instant: nobody does them any more.
    static func forgettingEvaluations(askedBefore instant: Timestamp, atMost limit: Int) -> SQL {
        """
        UPDATE tasks SET evaluation_asked_at = NULL
        WHERE id IN (SELECT id FROM tasks WHERE evaluation_asked_at < \(instant) ORDER BY id LIMIT \(limit))
        """
    }

    /// Where a completed task stands among all of them.
    struct Place {
        let completedAt: Timestamp
        let id: UUID
    }
}
