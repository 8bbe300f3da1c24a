import HearthKit

/// Now, as the clock on a user's wall shows it.
struct Moment: Hashable {
    /// The instant.
    let now: Timestamp
    /// The user's day.
    let date: LocalDate
    /// The user's time of the day.
    let time: LocalTime

    init(now: Timestamp, date: LocalDate, time: LocalTime) {
        self.now = now
        self.date = date
        self.time = time
    }

    /// - Throws: ``HostError`` when the host does not know the zone.
    init(in zone: String, of context: Context) throws(HostError) {
        now = context.now
        date = try context.date(at: now, in: zone)
        time = try context.time(at: now, in: zone)
    }
}
