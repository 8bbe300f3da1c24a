import HearthKit

/// The statements on those of whom something was counted.
enum Person {
    /// Locks the row of a user until the transaction ends, so that his days are added up by one at a time.
    static func locked(_ user: User, activeOn date: LocalDate) -> SQL {
        """
        INSERT INTO stats_people (user_id, timezone, active_date, closed_date)
        VALUES (\(user.id), \(user.timezone), \(date), \(LocalDate(days: 0)))
        ON CONFLICT (user_id) DO UPDATE SET timezone = excluded.timezone,
            active_date = greatest(stats_people.active_date, excluded.active_date)
        RETURNING user_id
        """
    }

    /// A page of those whose day is over and not closed, by id. Who has done nothing for a while has no days to be kept.
    static func open(on date: LocalDate, in zone: String, after last: UUID?, limit: Int) -> SQL {
        let rest: SQL = last.map { "AND user_id > \($0)" } ?? ""
        return """
            SELECT user_id FROM stats_people
            WHERE timezone = \(zone) AND closed_date < \(date) AND active_date >= \(date - 30) \(rest)
            ORDER BY user_id LIMIT \(limit)
            """
    }

    /// Notes that the day of users is closed.
    static func closing(_ users: [UUID], on date: LocalDate) -> SQL {
        "UPDATE stats_people SET closed_date = greatest(closed_date, \(date)) WHERE user_id IN \(in: users)"
    }
}
