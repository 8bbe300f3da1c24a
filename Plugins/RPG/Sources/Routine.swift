import HearthKit

/// The times of day at which somebody has begun the latest days in a row, each with its first completion.
struct Routine: Hashable {
    /// How many days are remembered.
    static let longest = 31

    private(set) var lastDay: LocalDate?
    /// In minutes since midnight, one a day, the last day's at the end.
    private(set) var minutes: [Int] = []

    init() {}

    /// What was stored of it.
    init(lastDay: LocalDate?, minutes: [Int]) {
        self.lastDay = lastDay
        self.minutes = minutes
    }

    /// Notes a completion. Only the first one of a day counts, and none of a day before the last one.
    mutating func add(_ day: LocalDate, at time: LocalTime) {
        if let lastDay, day <= lastDay { return }
        minutes = lastDay == day - 1 ? (minutes + [time.minute]).suffix(Self.longest) : [time.minute]
        lastDay = day
    }

    /// Whether the latest days in a row were all begun within some minutes of the clock.
    func holds(for days: Int, within span: Int) -> Bool {
        let latest = minutes.suffix(days)
        guard latest.count == days, let first = latest.min(), let last = latest.max() else { return false }
        return last - first <= span
    }
}

/// When a day was begun.
struct DayStart: Row {
    let day: LocalDate
    let instant: Timestamp

    init(row: inout RowReader) throws {
        day = try row.next()
        instant = try row.next()
    }
}

extension Context {
    /// The routine of a player, read anew when a completion is undone.
    ///
    /// - Parameter starts: Of his days, in ascending order.
    func routine(of starts: [DayStart], in zone: String) throws(HostError) -> Routine {
        var routine = Routine()
        for start in starts { routine.add(start.day, at: try time(at: start.instant, in: zone)) }
        return routine
    }
}

extension LocalTime {
    /// 0 to 23.
    var hour: Int { Int(microseconds / 3_600_000_000) }
    /// Since midnight.
    var minute: Int { Int(microseconds / 60_000_000) }
}
