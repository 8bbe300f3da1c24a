import HearthKit
import Testing

@testable import Stats

/// Periods of the calendar, and what they are compared with.
struct TimeRangeTests {
    @Test(arguments: [
        (TimeRange.today, "2026-11-20", "2026-11-20", "2026-11-19", "2026-11-19"),
        // A Friday: Monday to Friday of both weeks.
        (.week, "2026-11-20", "2026-11-16", "2026-11-09", "2026-11-13"),
        (.week, "2026-11-16", "2026-11-16", "2026-11-09", "2026-11-09"),
        (.month, "2026-11-20", "2026-11-01", "2026-10-01", "2026-10-20"),
        // February is over before.
        (.month, "2026-03-31", "2026-03-01", "2026-02-01", "2026-02-28"),
        (.year, "2026-11-20", "2026-01-01", "2025-01-01", "2025-11-20"),
        (.year, "2024-12-31", "2024-01-01", "2023-01-01", "2023-12-31"),
    ])
    func `a period goes from its beginning until today, and compares with as many days before`(
        range: TimeRange, today: String, first: String, before: String, end: String
    ) throws {
        let today = try day(today)
        #expect(try range.days(until: today) == day(first)...today)
        #expect(try range.daysBefore(today) == days(before, end))
    }

    @Test func `all time begins in 2020 and has nothing before`() throws {
        #expect(try TimeRange.allTime.days(until: day("2026-11-20")) == days("2020-01-01", "2026-11-20"))
        #expect(try TimeRange.allTime.daysBefore(day("2026-11-20")) == nil)
    }
}
