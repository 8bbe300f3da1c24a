import HearthKit

/// What is told about tasks, with the user's id as key: a subscriber hears of each user's in order.
enum TaskEvents {
    /// A task was completed.
    static let completed = Event<TaskEvent>("task.completed/1")
    /// A completed task was opened again.
    static let reopened = Event<TaskEvent>("task.reopened/1")
}

/// A completion of a task as others are told of it.
struct TaskEvent: Output {
    let task: UserTask
    let completion: UserTask.Completion

    static let schema = Schema<TaskEvent>("TaskEvent") {
        Field("task_id") { $0.task.id }
        Field("user_id") { $0.task.userID }
        Field("local_date", .docs("The user's own day on which it was completed.")) { $0.completion.on }
        Field("occurred_at", .docs("When it was completed.")) { $0.completion.at }
        Field("xp_earned", .docs("What the task has brought, once however often it is completed.")) { $0.task.earned.xp }
        Field("coins_earned", .docs("Likewise.")) { $0.task.earned.coins }
    }
}

extension Setup {
    /// Declares what is told about tasks.
    func declareTaskEvents() {
        declare(TaskEvents.completed, "A task was completed. Its key is the user's id.") { context, cursor, limit in
            let page: [UserTask] = try await context.query(UserTask.completed(after: cursor.flatMap { .init($0) }, limit: limit))
            let items: [EventPage<TaskEvent>.Item] = page.compactMap { task in
                guard let completion = task.completion else { return nil }
                return .init(
                    TaskEvent(task: task, completion: completion), key: "\(task.userID)", at: completion.at)
            }
            return EventPage(items, next: page.count == limit ? page.last?.place?.text : nil)
        }
        declare(TaskEvents.reopened, "A completed task was opened again. Its key is the user's id.")
    }
}

extension Context {
    /// Tells others of a completion, in this transaction.
    func tell(_ event: Event<TaskEvent>, _ task: TaskEvent) async throws {
        try await publish(event, key: "\(task.task.userID)", task)
    }
}

extension UserTask {
    fileprivate var place: Place? { completion.map { Place(completedAt: $0.at, id: id) } }
}

/// A cursor: microseconds and id.
extension UserTask.Place {
    fileprivate var text: String { "\(completedAt.microseconds) \(id)" }

    fileprivate init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let microseconds = Int64(parts[0]), let id = UUID(String(parts[1])) else { return nil }
        self.init(completedAt: Timestamp(microseconds: microseconds), id: id)
    }
}
