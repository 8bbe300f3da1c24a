import HearthKit

extension UserTask: Row {
    /// The columns in the order in which they are read: of the next task only what is still there.
    static let columns: SQL = """
        \(first), (SELECT follower.id FROM tasks follower WHERE follower.id = tasks.next_id) AS next_id, \(last)
        """

    private static let first: SQL = """
        id, user_id, title, description, category, priority, status, due_date, due_time, tags, subtasks, difficulty, wished_xp, \
        uses_evaluation, evaluation, evaluation_round, evaluation_asked_at, recurrence, recurrence_day
        """
    private static let last: SQL = """
        completed_at, completed_on, cancelled_at, rewarded_at, xp_earned, coins_earned, created_at, updated_at
        """

    init(row: inout RowReader) throws {
        id = try row.next()
        userID = try row.next()
        title = try row.next()
        description = try row.next()
        category = try row.next()
        priority = Priority(rank: try row.next())
        status = try row.next()
        let dueDate: LocalDate? = try row.next()
        let dueTime: LocalTime? = try row.next()
        due = dueDate.map { Due(date: $0, time: dueTime) }
        let (tags, subtasks): (JSONValue, JSONValue) = (try row.next(), try row.next())
        difficulty = try row.next()
        wishedXP = try row.next()
        usesEvaluation = try row.next()
        let evaluation: JSONValue? = try row.next()
        evaluationRound = try row.next()
        evaluationAskedAt = try row.next()
        let frequency: Recurrence.Frequency? = try row.next()
        let day: Int? = try row.next()
        recurrence = frequency.map { Recurrence($0, day: day, from: LocalDate(days: 0)) }
        nextID = try row.next()
        let completedAt: Timestamp? = try row.next()
        let completedOn: LocalDate? = try row.next()
        if let completedAt, let completedOn { completion = Completion(at: completedAt, on: completedOn) }
        cancelledAt = try row.next()
        rewardedAt = try row.next()
        earned = TaskPayment(xp: try row.next(), coins: try row.next())
        createdAt = try row.next()
        updatedAt = try row.next()
        // Last: while the columns are counted there is nothing to decode.
        self.tags = try [Tag](json: tags)
        self.subtasks = try [Subtask](json: subtasks)
        self.evaluation = try evaluation.map { try Evaluation(json: $0) }
    }

    /// Adds this task.
    var insertion: SQL {
        """
        INSERT INTO tasks (\(Self.first), next_id, \(Self.last))
        VALUES (\(id), \(userID), \(title), \(description), \(category), \(priority.rank), \(status), \(due?.date),
            \(due?.time), \(tags.stored), \(subtasks.stored), \(difficulty), \(wishedXP), \(usesEvaluation),
            \(evaluation?.stored), \(evaluationRound), \(evaluationAskedAt), \(recurrence?.frequency), \(recurrence?.day),
            \(nextID), \(completion?.at), \(completion?.on), \(cancelledAt), \(rewardedAt), \(earned.xp), \(earned.coins),
            \(createdAt), \(updatedAt))
        """
    }

    /// Stores all that can change, while the task is locked.
    var update: SQL {
        """
        UPDATE tasks SET title = \(title), description = \(description), category = \(category), priority = \(priority.rank),
            status = \(status), due_date = \(due?.date), due_time = \(due?.time), tags = \(tags.stored),
            subtasks = \(subtasks.stored), difficulty = \(difficulty), wished_xp = \(wishedXP),
            uses_evaluation = \(usesEvaluation), evaluation = \(evaluation?.stored), evaluation_round = \(evaluationRound),
            evaluation_asked_at = \(evaluationAskedAt), recurrence = \(recurrence?.frequency),
            recurrence_day = \(recurrence?.day), next_id = \(nextID), completed_at = \(completion?.at),
            completed_on = \(completion?.on), cancelled_at = \(cancelledAt), rewarded_at = \(rewardedAt),
            xp_earned = \(earned.xp), coins_earned = \(earned.coins), updated_at = \(updatedAt)
        WHERE id = \(id)
        """
    }
}

extension JSONEncodable {
    /// The value as a column of JSON keeps it.
    var stored: JSONValue {
        var json = JSONWriter()
        write(to: &json)
        // What a writer has written can be read.
        return (try? JSONValue(parsing: json.bytes)) ?? .null
    }
}
