import HearthKit

/// Evaluations, asked for in jobs: an answer may take a minute, and its provider may be in trouble for some.
///
/// Whoever asks notes with the task that an answer is awaited, and counts the question. The job asks about the task as it stands
/// then, and its answer is stored only if that count is still the same.
///
/// The jobs about a task run one after the other, and one that finds that no answer is awaited has nothing to do. So whoever asks
/// while an answer is awaited may enqueue another: it does what is left if the one before was given up, and nothing else.
enum EvaluationJobs {
    /// Asks for the first time, or because the text is another: tried again after 60, 120 and 240 s.
    static let evaluate = JobKind<EvaluationRequest>("evaluate_task_difficulty", timeout: .seconds(300))
    /// Asks because the user wants to know better.
    static let reevaluate = JobKind<EvaluationRequest>(
        "reevaluate_task", timeout: .seconds(300), retry: .exponential(retries: 2))
    /// Asks about one of several tasks.
    static let batch = JobKind<EvaluationRequest>(
        "batch_evaluate_tasks", timeout: .seconds(300), retry: .exponential(retries: 2))

    /// Registers the jobs.
    static func add(to setup: Setup) {
        for kind in [evaluate, reevaluate, batch] {
            setup.job(kind) { job, request in
                try await job.context.evaluate(request, isFresh: kind.name == reevaluate.name, isLastTry: job.isLastTry)
            }
        }
    }
}

/// Which task an evaluation is asked for.
struct EvaluationRequest: Input, Output {
    var taskID = UUID.zero

    static let schema = Schema<EvaluationRequest>("EvaluationRequest") {
        Field("task_id", \.taskID, .required)
    }
}

extension UserTask {
    /// Notes that an evaluation is asked for. An answer that is on its way will not be stored.
    mutating func awaitEvaluation(since now: Timestamp) {
        evaluationRound += 1
        evaluationAskedAt = now
    }
}

/// Asking.
extension Context {
    /// Asks about tasks in the transaction in which that is noted with them. While a job of the kind waits, that one does.
    func ask(_ kind: JobKind<EvaluationRequest>, about tasks: [UUID]) async throws {
        try await enqueue(
            kind,
            tasks.map { id in
                (
                    payload: EvaluationRequest(taskID: id),
                    placement: JobPlacement(uniqueKey: "\(id)", unique: .queued, serialKey: "\(id)")
                )
            })
    }

    /// Asks about a task again, unless an answer is awaited.
    ///
    /// - Throws: ``Failure`` 400 for one that is over; 404.
    func reevaluate(_ id: UUID, by user: ContextInfo.Actor) async throws -> TaskResponse {
        let moment = try Moment(in: user.timezone, of: self)
        return try await transaction { transaction in
            var task = try await transaction.locked(id, of: user)
            guard task.status.isOpen else { throw Failure.evaluatingClosed }
            guard provides(Evaluator.name) else { return TaskResponse(task: task, moment: moment) }
            if !task.isEvaluationAwaited {
                task.awaitEvaluation(since: moment.now)
                try await transaction.execute(task.update)
            }
            try await transaction.ask(EvaluationJobs.reevaluate, about: [id])
            return TaskResponse(task: task, moment: moment)
        }
    }

    /// Asks about several tasks, but for those that are over or somebody else's.
    ///
    /// - Returns: Those for which an answer is awaited now.
    func evaluate(_ ids: [UUID], by user: ContextInfo.Actor) async throws -> [TaskResponse] {
        let moment = try Moment(in: user.timezone, of: self)
        guard provides(Evaluator.name) else { return [] }
        return try await transaction { transaction in
            var tasks: [UserTask] = try await transaction.query(UserTask.locked(ids, of: user.id))
            tasks.removeAll { !$0.status.isOpen }
            var asked: [UUID] = []
            for index in tasks.indices where !tasks[index].isEvaluationAwaited {
                tasks[index].awaitEvaluation(since: moment.now)
                asked.append(tasks[index].id)
            }
            if !asked.isEmpty {
                try await transaction.execute(UserTask.awaitingEvaluation(of: asked, since: moment.now))
            }
            try await transaction.ask(EvaluationJobs.batch, about: tasks.map(\.id))
            return tasks.map { TaskResponse(task: $0, moment: moment) }
        }
    }
}
