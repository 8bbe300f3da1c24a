import HearthDatabase
public import HearthJobs

extension Administration {
    /// The jobs and schedules of the host's database.
    public var jobs: JobStore { core.services.jobs.store }

    /// Does something with the jobs that somebody means: one by its id, or all that fit a filter.
    ///
    /// - Parameters:
    ///   - id: of the one; nil for all that fit the filter
    ///   - filter: which
    ///   - change: what to do; false when it was not possible
    /// - Returns: how many were changed
    /// - Throws: ``AdministrationError`` when the id is none; `DatabaseError`
    public func changeJobs(
        _ id: String?, _ filter: JobFilter, _ change: (DatabaseUUID) async throws -> Bool
    ) async throws -> Int {
        if let id {
            guard let id = DatabaseUUID(id) else { throw AdministrationError("\(id) is no id of a job") }
            return try await change(id) ? 1 : 0
        }
        var count = 0
        var last: DatabaseUUID?
        while true {
            let page = try await jobs.list(filter, before: last, limit: 200)
            for job in page {
                do {
                    if try await change(job.id) { count += 1 }
                } catch let error as DatabaseError where error.kind == .unique {
                    // Another job has its unique key: it stays what it is.
                }
            }
            guard let next = page.last?.id else { return count }
            last = next
        }
    }
}
