public import HearthDatabase

/// A schedule in a zone, as an operator sees it.
public struct ScheduleRecord: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// The IANA name of the zone.
    public let zone: String
    /// When it ticks, in words.
    public let timing: String
    /// Microseconds since 1970-01-01 00:00 UTC.
    public let nextAt: Int64
    /// Whether it rests.
    public let isPaused: Bool
}

/// A tick that is past.
public struct TickRecord: Sendable, Equatable {
    /// The IANA name of the zone.
    public let zone: String
    /// When it was due, in microseconds since 1970-01-01 00:00 UTC.
    public let at: Int64
    /// When it was noticed.
    public let firedAt: Int64
    /// Its job; nil when the tick was passed over.
    public let job: DatabaseUUID?
}

extension JobStore {
    /// All schedules, by name and zone. Fails as `Database.run` does.
    public func schedules() async throws(DatabaseError) -> [ScheduleRecord] {
        let rows = try await database.query(
            "SELECT name, zone, timing, next_at, is_paused FROM hearth_schedules ORDER BY name, zone",
            columns: [
                DatabaseType.text, DatabaseType.text, DatabaseType.text, DatabaseType.timestamp, DatabaseType.boolean,
            ], scope: .host)
        return (0..<rows.rowCount).compactMap { row in
            guard let name = rows.text(row, 0), let zone = rows.text(row, 1), let timing = rows.text(row, 2),
                let nextAt = rows.integer(row, 3), let isPaused = rows.boolean(row, 4)
            else { return nil }
            return ScheduleRecord(name: name, zone: zone, timing: timing, nextAt: nextAt, isPaused: isPaused)
        }
    }

    /// The latest ticks of a schedule, the latest first. Fails as `Database.run` does.
    public func ticks(of schedule: String, limit: Int = 50) async throws(DatabaseError) -> [TickRecord] {
        let rows = try await database.query(
            """
            SELECT zone, tick_at, fired_at, job_id FROM hearth_schedule_ticks WHERE name = $1
            ORDER BY tick_at DESC, zone LIMIT $2
            """, [.text(schedule), .integer(limit)],
            columns: [DatabaseType.text, DatabaseType.timestamp, DatabaseType.timestamp, DatabaseType.uuid], scope: .host)
        return (0..<rows.rowCount).compactMap { row in
            guard let zone = rows.text(row, 0), let at = rows.integer(row, 1), let firedAt = rows.integer(row, 2) else {
                return nil
            }
            return TickRecord(zone: zone, at: at, firedAt: firedAt, job: rows.uuid(row, 3))
        }
    }

    /// Lets a schedule rest or go on, in all zones. Fails as `Database.run` does.
    /// - Returns: false when there is none of that name
    @discardableResult
    public func setPaused(_ isPaused: Bool, schedule: String) async throws(DatabaseError) -> Bool {
        try await database.query(
            "UPDATE hearth_schedules SET is_paused = $2 WHERE name = $1", [.text(schedule), .boolean(isPaused)], scope: .host
        ).affected > 0
    }

    /// Lets a schedule tick at once, in all zones, beside its other ticks: the hosts do it at their next look.
    /// - Returns: false when there is none of that name
    @discardableResult
    public func runNow(schedule: String) async throws(DatabaseError) -> Bool {
        try await database.query(
            "UPDATE hearth_schedules SET next_at = CASE WHEN next_at < $2 THEN next_at ELSE $2 END WHERE name = $1",
            [.text(schedule), .timestamp(now())], scope: .host
        ).affected > 0
    }
}
