import HearthConfiguration
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
    ///   - refusal: why it is not possible, such as `it is over`
    ///   - change: what to do; false when it was not possible
    /// - Returns: how many were changed
    /// - Throws: ``AdministrationError`` when there is no such job, or it cannot be done with the one; `DatabaseError`
    public func changeJobs(
        _ id: String?, _ filter: JobFilter, refusal: String, _ change: (DatabaseUUID) async throws -> Bool
    ) async throws -> Int {
        if let id {
            guard let job = DatabaseUUID(id) else { throw AdministrationError("\(id) is no id of a job") }
            guard try await jobs.job(job) != nil else { throw AdministrationError("there is no job \(id)") }
            do {
                guard try await change(job) else { throw AdministrationError("job \(id): \(refusal)") }
                return 1
            } catch let error as DatabaseError where error.kind == .unique {
                throw AdministrationError("job \(id): another job has its unique key")
            }
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

    /// Stops or lets go on the claiming of a queue's jobs, on all hosts. What runs already goes on.
    ///
    /// - Throws: ``AdministrationError`` when no job, no plugin of `plugins.conf` and nothing of the host has such a queue;
    ///   `ConfigurationErrors`; `DatabaseError`
    public func setPaused(_ isPaused: Bool, queue: String) async throws {
        if try await !jobs.knows(queue: queue) {
            let plugins = try PluginsConf(contentsOf: core.environment.pluginsConf).plugins.filter(\.enabled).map(\.id)
            let known = try await queues(of: plugins)
            // Which kinds have a queue of their own only a loaded plugin tells, and one that cannot be loaded can be held back.
            guard known.contains(queue) || plugins.contains(where: { queue.hasPrefix("\($0).") }) else {
                throw AdministrationError("there is no queue \(queue): there is \(known.sorted().joined(separator: ", "))")
            }
        }
        try await jobs.setPaused(isPaused, queue: queue)
    }

    /// The queues that can be known without loading plugins.
    private func queues(of plugins: [String]) async throws -> Set<String> {
        let rows = try await core.services.database.query(
            "SELECT DISTINCT id FROM hearth_event_subscribers", columns: [DatabaseType.text], scope: .host)
        let subscribers = (0..<rows.rowCount).compactMap { rows.text($0, 0) }
        var queues = Set(try await jobs.queues())
        queues.formUnion(plugins)
        queues.formUnion(plugins.map { HostMail.queue(of: $0) })
        queues.formUnion(subscribers.map { EventJobs.queue(of: $0) })
        return queues.union([WebhookSender.queue, EventJobs.replays.queue])
    }
}
