import HearthKit

/// What day it is for a user: now, in his time zone.
struct Today: Hashable {
    /// The instant.
    let now: Timestamp
    /// The user's day.
    let date: LocalDate

    init(now: Timestamp, date: LocalDate) {
        self.now = now
        self.date = date
    }

    /// - Throws: ``HostError`` when the host does not know the user's time zone.
    init(of user: ContextInfo.Actor, in context: Context) throws(HostError) {
        now = context.now
        date = try context.date(at: now, in: user.timezone)
    }

    /// Monday to Sunday of the user's week.
    var week: ClosedRange<LocalDate> { date.startOfWeek...(date.startOfWeek + 6) }
}
