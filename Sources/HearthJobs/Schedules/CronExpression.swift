/// The minutes of local time at which something happens: `minute hour day month weekday`.
///
/// Fields are lists of numbers, names (`JAN`, `MON`), ranges and steps: `*/15`, `9-17/2`, `MON-FRI`, `1,15`. Sunday is 0 or 7. When day
/// and weekday are both given, either of them suffices, as in every cron. `@hourly`, `@daily` (`@midnight`), `@weekly`,
/// `@monthly`, `@yearly` (`@annually`) stand for whole expressions.
public struct CronExpression: Sendable, Equatable {
    /// The expression as it was written.
    public let text: String
    /// Bits of the values that fit.
    private let minutes: UInt64
    private let hours: UInt64
    private let days: UInt64
    private let months: UInt64
    private let weekdays: UInt64
    /// Both day and weekday are given.
    private let fitsEither: Bool

    /// Why an expression cannot be read.
    public struct Refusal: Error, Sendable, CustomStringConvertible {
        /// One sentence that names the part.
        public let description: String
    }

    /// Reads an expression. Throws ``Refusal`` for one that cannot be read, or that no day fits.
    public init(_ text: String) throws(Refusal) {
        self.text = text
        let shorthands = [
            "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
            "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
        ]
        let fields = (shorthands[text.lowercased()] ?? text).split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard fields.count == 5 else {
            throw Refusal(
                description:
                    "the cron expression \"\(text)\" has \(fields.count) fields and not five: minute hour day month weekday")
        }
        let monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        let weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
        minutes = try Self.field(fields[0], "minute", 0...59)
        hours = try Self.field(fields[1], "hour", 0...23)
        days = try Self.field(fields[2], "day", 1...31)
        months = try Self.field(fields[3], "month", 1...12, names: monthNames, firstName: 1)
        let weekdays = try Self.field(fields[4], "weekday", 0...7, names: weekdayNames, firstName: 0)
        self.weekdays = weekdays >> 7 & 1 | weekdays & 0x7F
        fitsEither = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        // The calendar repeats itself after 400 years; a day that fits comes within 40 or never.
        guard (0..<40 * 366).contains(where: { fits(day: Int32($0)) }) else {
            throw Refusal(description: "no day fits the cron expression \"\(text)\"")
        }
    }

    private static func field(
        _ text: Substring, _ name: String, _ range: ClosedRange<Int>, names: [String] = [], firstName: Int = 0
    ) throws(Refusal) -> UInt64 {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let refusal = Refusal(
                description:
                    "\"\(part)\" is no \(name): expected \(range.lowerBound) to \(range.upperBound), *, a range a-b or a step */n"
            )
            func number(_ text: Substring) -> Int? {
                if let place = names.firstIndex(of: text.lowercased()) { return firstName + place }
                guard text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(text), range.contains(number) else {
                    return nil
                }
                return number
            }
            let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let ends = halves[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            var (first, last) = (range.lowerBound, range.upperBound)
            if halves[0] != "*" {
                guard let low = number(ends[0]) else { throw refusal }
                first = low
                last = low
                if ends.count == 2 {
                    guard let high = number(ends[1]), high >= low else { throw refusal }
                    last = high
                } else if halves.count == 2 {
                    throw refusal
                }
            }
            var step = 1
            if halves.count == 2 {
                guard let wanted = Int(halves[1]), (1...range.upperBound).contains(wanted) else { throw refusal }
                step = wanted
            }
            for value in stride(from: first, through: last, by: step) { bits |= 1 << UInt64(value) }
        }
        return bits
    }

    /// The next instant after another one at which the expression fits the local time of a zone; nil when there is none within
    /// 40 years.
    ///
    /// Where the clock is set forward, local times that are skipped happen at the first instant after the gap. Where it is set
    /// back, local times that come twice happen the first time only.
    /// - Parameters:
    ///   - instant: microseconds since 1970-01-01 00:00 UTC
    ///   - zone: whose local time
    public func next(after instant: Int64, in zone: LocalZone) -> Int64? {
        let minute: Int64 = 60_000_000
        // A local time that is not later than that of the instant does not come after it, unless for the second time. A later one
        // may come twice, and be past: each candidate is looked at as an instant.
        let today = zone.date(at: instant)
        let now = Int(zone.time(at: instant) / minute)
        for day in today...today + 40 * 366 where fits(day: day) {
            let start = day == today ? now : 0
            for hour in start / 60..<24 where hours >> UInt64(hour) & 1 == 1 {
                for place in (hour == start / 60 ? start % 60 : 0)..<60 where minutes >> UInt64(place) & 1 == 1 {
                    let local = Int64(day) * 1_440 + Int64(hour * 60 + place)
                    let moment = zone.instant(ofLocal: local * minute)
                    if moment > instant { return moment }
                }
            }
        }
        return nil
    }

    /// Whether something happens on a day, counted from 1970-01-01.
    private func fits(day: Int32) -> Bool {
        let (month, dayOfMonth) = Self.civil(day)
        guard months >> UInt64(month) & 1 == 1 else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = ((Int(day) + 4) % 7 + 7) % 7
        let (fitsDay, fitsWeekday) = (days >> UInt64(dayOfMonth) & 1 == 1, weekdays >> UInt64(weekday) & 1 == 1)
        return fitsEither ? fitsDay || fitsWeekday : fitsDay && fitsWeekday
    }

    /// Month and day of the proleptic Gregorian calendar, by the well-known algorithm on eras of 400 years that begin in March.
    private static func civil(_ day: Int32) -> (month: Int, day: Int) {
        let shifted = Int(day) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}

extension LocalZone {
    /// The instant of a local time: the first one when it comes twice, the end of the gap when it is skipped.
    ///
    /// - Parameter local: microseconds since 1970-01-01 00:00 of the local clock
    func instant(ofLocal local: Int64) -> Int64 {
        let day: Int64 = 86_400_000_000
        let before = offset(at: local - day)
        let after = offset(at: local + day)
        // By the offset before a change the instant is earlier than by a smaller one after it.
        for candidate in [local - max(before, after), local - min(before, after)] where candidate + offset(at: candidate) == local
        {
            return candidate
        }
        // Skipped, or the zone changes twice in two days: found as the first instant whose local time is not before it.
        var low = local - 2 * day
        var high = local + 2 * day
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if middle + offset(at: middle) < local { low = middle } else { high = middle }
        }
        return high
    }
}
