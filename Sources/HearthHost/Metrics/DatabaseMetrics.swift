import HearthDatabase

extension HostCore {
    /// What the connections to the database are doing. SQLite has none.
    static func databaseMetrics(_ database: any Database) -> [MetricReading] {
        guard let statistics = (database as? PostgresDatabase)?.statistics else { return [] }
        let busy = statistics.open - statistics.idle - statistics.leased
        return [
            MetricReading(.gauge, "hearth_database_connections", [("state", "idle")], statistics.idle),
            MetricReading(.gauge, "hearth_database_connections", [("state", "busy")], max(0, busy)),
            MetricReading(.gauge, "hearth_database_connections", [("state", "transaction")], statistics.leased),
            MetricReading(.gauge, "hearth_database_connections", [("state", "connecting")], statistics.connecting),
            MetricReading(.gauge, "hearth_database_waiting_calls", [], statistics.waiting),
            MetricReading(.counter, "hearth_database_waits_total", [], statistics.waits),
            MetricReading(.counter, "hearth_database_connections_opened_total", [], statistics.opened),
            MetricReading(.counter, "hearth_database_connections_lost_total", [], statistics.lost),
        ]
    }
}
