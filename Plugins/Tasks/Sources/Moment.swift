import HearthKit

/// Now, as the clock on a user's wall shows it.
struct Moment: Hashable {
    /// The instant.
    let now: Timestamp
    /// The user's day.
    let date: LocalDate
    /// The latest time that the user's clock has shown today. In an hour that comes twice it has been shown to its end already when
    /// it comes again, so that what has passed never lies ahead once more.
    let latestTime: LocalTime

    init(now: Timestamp, date: LocalDate, latestTime: LocalTime) {
        self.now = now
        self.date = date
        self.latestTime = latestTime
    }

    /// - Throws: ``HostError`` when the host does not know the zone.
    init(in zone: String, of context: Context) throws(HostError) {
        now = context.now
        date = try context.date(at: now, in: zone)
        latestTime = try Self.latestTime(at: now) { (instant: Timestamp) throws(HostError) -> LocalTime in
            try context.time(at: instant, in: zone)
        }
    }

    /// The latest time that a clock has shown on the day of an instant.
    ///
    /// - Parameters:
    ///   - now: The instant.
    ///   - clock: What the clock on the wall shows at an instant.
    private static func latestTime(
        at now: Timestamp, by clock: (Timestamp) throws(HostError) -> LocalTime
    ) throws(HostError) -> LocalTime {
        let time = try clock(now)
        // No clock is set back by more.
        let span: Int64 = 3 * 3_600_000_000
        let earlier = try clock(Timestamp(microseconds: now.microseconds - span))
        // Over midnight the difference is that of another day.
        let setBack = (earlier.microseconds + span - time.microseconds + 86_400_000_000) % 86_400_000_000
        guard setBack > 0, setBack <= span else { return time }
        // It was set back. Unless it has shown this time before, it shows what it has never shown today.
        let first = Timestamp(microseconds: now.microseconds - setBack)
        guard try clock(first) == time else { return time }
        // The last instant at which the clock had not been set back, between the two at which it shows the same.
        var (before, after) = (first.microseconds, now.microseconds)
        while after - before > 1 {
            let middle = before + (after - before) / 2
            let shown = try clock(Timestamp(microseconds: middle))
            if shown.microseconds - time.microseconds == middle - first.microseconds { before = middle } else { after = middle }
        }
        return LocalTime(microseconds: time.microseconds + before - first.microseconds)
    }
}
