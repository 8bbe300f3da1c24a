import HearthKit

/// What is known of a user's days.
struct History: Hashable {
    private let days: [LocalDate: Day]

    /// - Parameters:
    ///   - days: Those of which something is known.
    ///   - due: How many habits have to be done on which day, as of now; nil when nobody knows. A closed day keeps its own number.
    init(_ days: [Day], due: [LocalDate: Int]?) {
        var known = Dictionary(days.map { ($0.date, $0) }, uniquingKeysWith: { first, _ in first })
        if let due {
            for day in days where !day.isClosed { known[day.date]?.habitsTotal = due[day.date] ?? 0 }
            for (date, total) in due where known[date] == nil { known[date] = Day(date, habitsTotal: total) }
        }
        self.days = known
    }

    subscript(date: LocalDate) -> Day { days[date] ?? Day(date) }

    subscript(range: ClosedRange<LocalDate>) -> Period { Period(days: range.map { self[$0] }) }
}

/// Days in a row, and what they add up to.
struct Period: Hashable {
    /// In ascending order, also those on which nothing was done.
    let days: [Day]

    var habitsCompleted: Int { days.reduce(0) { $0 + $1.habitsCompleted } }
    var tasksCompleted: Int { days.reduce(0) { $0 + $1.tasksCompleted } }
    var xp: Int { days.reduce(0) { $0 + $1.xp } }
    var coins: Int { days.reduce(0) { $0 + $1.coins } }
    var perfectDays: Int { days.count { $0.isPerfect } }
    /// Days on which something was done.
    var activeDays: Int { days.count { $0.habitsCompleted + $0.tasksCompleted > 0 } }

    /// The mean over the days on which something was due; nil when there were none.
    var share: Double? {
        let shares = days.compactMap(\.share)
        return shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
    }

    /// The share in percent; 0 when nothing was due.
    var rate: Double { (share ?? 0).percent }
}

extension Context {
    /// What a user did in a range of days.
    func history(of user: UUID, in range: ClosedRange<LocalDate>) async throws -> History {
        let days: [Day] = try await query(Day.list(of: user, in: range))
        return History(days, due: try await due(of: user, in: range))
    }

    /// How often a user completed each of his habits in a range of days.
    func habitCounts(of user: UUID, in range: ClosedRange<LocalDate>) async throws -> [UUID: HabitCount] {
        let counts: [HabitCount] = try await query(HabitCount.list(of: user, in: range))
        return Dictionary(counts.map { ($0.habitID, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
