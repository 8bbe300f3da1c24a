import HearthKit

/// Which days of a user are asked for.
struct DueRange: Input {
    var userID = UUID.zero
    var from = LocalDate(days: 0)
    var to = LocalDate(days: 0)

    /// How far the last day may be from the first one.
    static let limit = 3_660

    static let schema = Schema<DueRange>("DueRange") {
        Field("user_id", \.userID, .required)
        Field("from", \.from, .required)
        Field("to", \.to, .required)
    }
}

/// When a habit is in use, in the days of its user.
struct HabitUse: Hashable {
    let schedule: Schedule
    /// The day on which it was created.
    let since: LocalDate
    /// The day on which it was archived, which does not count any more; nil for one in use.
    let until: LocalDate?

    /// Whether it has to be done on a day.
    func isDue(on date: LocalDate) -> Bool { since <= date && until.map { date < $0 } ?? true && schedule.shows(on: date) }
}

/// On which days of a range how many habits have to be done.
struct DueDays: Output, Hashable {
    let days: [Day]

    init(days: [Day]) { self.days = days }

    init(of habits: [HabitUse], in range: ClosedRange<LocalDate>) {
        days = range.compactMap { date in
            let due = habits.count { $0.isDue(on: date) }
            return due > 0 ? Day(date: date, due: due) : nil
        }
    }

    static let schema = Schema<DueDays>("DueDays") { Field("days") { $0.days } }

    /// A day with something to do.
    struct Day: Output, Hashable {
        let date: LocalDate
        let due: Int

        static let schema = Schema<Day>("DueDay") {
            Field("date") { $0.date }
            Field("due") { $0.due }
        }
    }
}

/// Whose day is asked for.
struct DueDate: Input {
    var userIDs: [UUID] = []
    var date = LocalDate(days: 0)
    var timezone = ""

    static let schema = Schema<DueDate>("DueDate") {
        Field("user_ids", \.userIDs, .required, .count(0...500))
        Field("date", \.date, .required)
        Field("timezone", \.timezone, .required)
    }
}

/// How many habits of one schedule a user has in use: what a day needs to know, in a few rows a user.
struct ScheduleCount: Row, Hashable {
    let user: UUID
    let schedule: Schedule
    let habits: Int

    init(user: UUID, schedule: Schedule, habits: Int) {
        self.user = user
        self.schedule = schedule
        self.habits = habits
    }

    init(row: inout RowReader) throws {
        user = try row.next()
        schedule = Schedule(try row.next(), on: try row.next(), pauses: try .init(stored: row.next()))
        habits = try row.next()
    }

    /// The habits of users that were in use at an instant.
    static func inUse(of users: [UUID], at instant: Timestamp) -> SQL {
        """
        SELECT user_id, frequency, weekdays, pauses, count(*) FROM habits
        WHERE user_id IN \(in: users) AND created_at < \(instant) AND (archived_at IS NULL OR archived_at >= \(instant))
        GROUP BY user_id, frequency, weekdays, pauses
        """
    }
}

/// Which users have how many habits to do on a day.
struct DueTotals: Output, Hashable {
    let totals: [Total]

    init(of counts: [ScheduleCount], on date: LocalDate) {
        let due = counts.filter { $0.schedule.shows(on: date) }
        totals = Dictionary(grouping: due, by: \.user).map { user, counts in
            Total(userID: user, due: counts.reduce(0) { $0 + $1.habits })
        }
    }

    static let schema = Schema<DueTotals>("DueTotals") { Field("totals") { $0.totals } }

    /// A user with something to do.
    struct Total: Output, Hashable {
        let userID: UUID
        let due: Int

        static let schema = Schema<Total>("DueTotal") {
            Field("user_id") { $0.userID }
            Field("due") { $0.due }
        }
    }
}
