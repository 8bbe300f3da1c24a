import HearthDatabase
import HearthJobs

extension Administration {
    /// Has a durable subscriber told again what happened before, by the hosts that serve.
    ///
    /// - Parameter subscriber: its plugin and name, such as `stats/totals`
    /// - Returns: the events whose replay was asked for
    /// - Throws: ``AdministrationError`` when no host knows the subscriber
    public func replayEvents(for subscriber: String) async throws -> [String] {
        let database = core.services.database
        let rows = try await database.query(
            "SELECT event FROM hearth_event_subscribers WHERE id = $1 ORDER BY event", [.text(subscriber)],
            columns: [DatabaseType.text], scope: .host)
        let events = (0..<rows.rowCount).compactMap { rows.text($0, 0) }
        guard !events.isEmpty else { throw AdministrationError("no host has a durable subscriber \(subscriber)") }
        let clock = core.services.clock
        let store = JobStore(database: database, now: { clock.now }, ids: core.services.identifiers)
        _ = try await store.enqueue(events.map { EventJobs.replay(subscriber, of: $0) })
        return events
    }
}
