import HearthKit

/// Days on which nothing needs to be done for the streak to go on.
struct Rest: Row, Hashable {
    enum Kind: String, Column, CaseIterable {
        /// One day, free once a week or paid for.
        case freeze
        /// Announced beforehand.
        case vacation
    }

    let id: UUID
    let kind: Kind
    let days: ClosedRange<LocalDate>
    /// The award that spent the week's freeze for a day that was missed; nil for one by hand and for vacations.
    let awardID: UUID?

    init(id: UUID, kind: Kind, days: ClosedRange<LocalDate>, awardID: UUID? = nil) {
        self.id = id
        self.kind = kind
        self.days = days
        self.awardID = awardID
    }

    init(row: inout RowReader) throws {
        id = try row.next()
        kind = try row.next()
        let first: LocalDate = try row.next()
        let last: LocalDate = try row.next()
        days = first...max(first, last)
        awardID = try row.next()
    }

    /// Whether this is the week's freeze, which was spent on a day that was missed.
    func isSpentFreeze(on day: LocalDate) -> Bool { awardID != nil && days.contains(day) }
}

extension Rest {
    private static let columns: SQL = "id, kind, first_day, last_day, award_id"

    /// Those of a user that end after the last day of his streak: all that can matter for what is done next.
    static func current(of user: UUID) -> SQL {
        """
        SELECT \(columns) FROM rpg_rests WHERE user_id = \(user) AND last_day >= coalesce(
            (SELECT streak_through FROM rpg_players WHERE user_id = \(user)), first_day)
        ORDER BY first_day, id
        """
    }

    /// All of a user.
    static func all(of user: UUID) -> SQL {
        "SELECT \(columns) FROM rpg_rests WHERE user_id = \(user) ORDER BY first_day, id"
    }

    /// The vacations of a user that are not over.
    static func vacations(of user: UUID, from today: LocalDate) -> SQL {
        """
        SELECT \(columns) FROM rpg_rests WHERE user_id = \(user) AND kind = \(Kind.vacation) AND last_day >= \(today)
        ORDER BY first_day, id
        """
    }

    /// How many freezes by hand a user has had since an instant.
    static func freezes(of user: UUID, since start: Timestamp) -> SQL {
        """
        SELECT count(*) FROM rpg_rests
        WHERE user_id = \(user) AND kind = \(Kind.freeze) AND award_id IS NULL AND created_at >= \(start)
        """
    }

    /// Adds this.
    func insertion(of user: UUID, at now: Timestamp) -> SQL {
        """
        INSERT INTO rpg_rests (id, user_id, kind, first_day, last_day, award_id, created_at)
        VALUES (\(id), \(user), \(kind), \(days.lowerBound), \(days.upperBound), \(awardID), \(now))
        """
    }

    /// Removes this.
    var deletion: SQL { "DELETE FROM rpg_rests WHERE id = \(id)" }

    /// Ends a vacation of a user before its time, with the day before this one.
    static func shortening(_ id: UUID, of user: UUID, before today: LocalDate) -> SQL {
        """
        UPDATE rpg_rests SET last_day = \(today - 1)
        WHERE id = \(id) AND user_id = \(user) AND kind = \(Kind.vacation) AND first_day < \(today) AND last_day >= \(today)
        """
    }

    /// Removes a vacation of a user that has not begun.
    static func cancellation(_ id: UUID, of user: UUID, from today: LocalDate) -> SQL {
        """
        DELETE FROM rpg_rests
        WHERE id = \(id) AND user_id = \(user) AND kind = \(Kind.vacation) AND first_day >= \(today)
        """
    }
}
