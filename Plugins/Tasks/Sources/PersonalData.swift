import HearthKit

/// What is known here about a user, for himself.
enum PersonalData {
    /// How many tasks are read together.
    private static let pageSize = 500

    /// All tasks of a user as they stand now, in the order in which they were created.
    static func tasks(of user: UUID, in context: Context) async throws -> [TaskWithEvaluation] {
        let moment = try Moment(in: try await context.users([user]).first?.timezone ?? "UTC", of: context)
        var (tasks, page): ([UserTask], [UserTask]) = ([], [])
        repeat {
            page = try await context.query(UserTask.page(of: user, after: page.last?.id, limit: pageSize))
            tasks += page
        } while page.count == pageSize
        return tasks.map { TaskWithEvaluation($0, at: moment) }
    }
}
