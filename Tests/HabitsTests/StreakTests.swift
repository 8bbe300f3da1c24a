import HearthKit
import Testing

@testable import Habits

struct StreakTests {
    private func streak(_ schedule: Schedule, _ dates: String...) throws -> Streak {
        Streak(of: try dates.map { try day($0) }, by: schedule)
    }

    @Test func `days in a row count, and a gap begins anew`() throws {
        let streak = try streak(.init(.daily), "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-14")
        #expect(streak.current == 1)
        #expect(streak.best == 3)
    }

    @Test func `a streak is alive through the day after and ended the day after that`() throws {
        let schedule = Schedule(.daily)
        let streak = try streak(schedule, "2026-11-19", "2026-11-20")
        #expect(streak.current(on: try day("2026-11-20"), by: schedule) == 2)
        #expect(streak.current(on: try day("2026-11-21"), by: schedule) == 2)
        #expect(streak.current(on: try day("2026-11-22"), by: schedule) == 0)
        #expect(streak.best == 2)
    }

    @Test func `a streak counts across the end of a month and a leap day`() throws {
        #expect(try streak(.init(.daily), "2028-02-28", "2028-02-29", "2028-03-01").current == 3)
    }

    @Test func `only scheduled days extend or break a streak of specific days`() throws {
        let schedule = Schedule(.specificDays, on: Weekdays([.monday, .wednesday, .friday]))
        // Friday, Saturday (not scheduled), Monday, Wednesday
        let streak = try streak(schedule, "2026-11-13", "2026-11-14", "2026-11-16", "2026-11-18")
        #expect(streak.current == 3)
        #expect(streak.through == (try day("2026-11-18")))
        #expect(streak.current(on: try day("2026-11-20"), by: schedule) == 3)
        #expect(streak.current(on: try day("2026-11-21"), by: schedule) == 0)
    }

    @Test func `an unscheduled day does not stand in for a missed one`() throws {
        let schedule = Schedule(.specificDays, on: Weekdays([.monday, .friday]))
        // Friday; Monday is missed, Tuesday is not scheduled.
        let streak = try streak(schedule, "2026-11-13", "2026-11-17")
        #expect(streak.current(on: try day("2026-11-17"), by: schedule) == 0)
        #expect(streak.best == 1)
    }

    @Test func `a weekly habit counts ISO weeks, also over the turn of the year`() throws {
        let schedule = Schedule(.weekly)
        // Weeks 52 and 53 of 2026, week 1 of 2027; 2027-01-03 is a Sunday and belongs to week 53.
        let streak = try streak(schedule, "2026-12-27", "2027-01-03", "2027-01-04")
        #expect(streak.current == 3)
        #expect(streak.through == (try day("2027-01-04")))
    }

    @Test func `more completions in a week count it once`() throws {
        #expect(try streak(.init(.weekly), "2026-11-16", "2026-11-17", "2026-11-22").current == 1)
    }

    @Test func `a weekly streak survives the whole next week and ends with it`() throws {
        let schedule = Schedule(.weekly)
        let streak = try streak(schedule, "2026-11-09", "2026-11-16")
        #expect(streak.current(on: try day("2026-11-29"), by: schedule) == 2)
        #expect(streak.current(on: try day("2026-11-30"), by: schedule) == 0)
    }

    @Test func `a week of an x per week habit counts from the completion that reaches the number`() throws {
        let schedule = Schedule(.timesPerWeek, timesPerWeek: 2)
        #expect(try streak(schedule, "2026-11-09", "2026-11-10", "2026-11-16").current == 1)
        #expect(try streak(schedule, "2026-11-09", "2026-11-10", "2026-11-16", "2026-11-22").current == 2)
        // A week below the number is a gap.
        #expect(try streak(schedule, "2026-11-02", "2026-11-03", "2026-11-09", "2026-11-16", "2026-11-17").current == 1)
    }

    /// In the months of the next test, some of them beside each other.
    private static let pauses = [("10-06", "10-06"), ("10-20", "11-01"), ("11-02", "11-02"), ("12-01", "12-20")].compactMap {
        first, last in
        LocalDate("2026-\(first)").flatMap { first in LocalDate("2026-\(last)").map { Pause(startDate: first, endDate: $0) } }
    }

    @Test(arguments: [
        Schedule(.daily), Schedule(.weekly), Schedule(.timesPerWeek, timesPerWeek: 2),
        Schedule(.specificDays, on: Weekdays([.monday, .tuesday, .saturday])),
        Schedule(.daily, pauses: pauses), Schedule(.weekly, pauses: pauses),
        Schedule(.timesPerWeek, timesPerWeek: 5, pauses: pauses),
    ])
    func `counting completion by completion comes to the same as counting all`(schedule: Schedule) throws {
        // Days of a fixed, irregular pattern over four months.
        let first = try day("2026-10-01")
        let dates = (0..<120).filter { ($0 * $0 + $0 / 3) % 5 != 2 }.map { first + $0 }
        var stepwise = Streak()
        for (index, date) in dates.enumerated() {
            let inWeek = dates[...index].count { $0.startOfWeek == date.startOfWeek }
            stepwise.extend(to: date, inWeek: inWeek, by: schedule)
        }
        #expect(stepwise == Streak(of: dates, by: schedule))
        #expect(stepwise.best > 1)
    }

    @Test func `entering a missed day heals the streak`() throws {
        let schedule = Schedule(.daily)
        #expect(try streak(schedule, "2026-11-18", "2026-11-20").current == 1)
        #expect(try streak(schedule, "2026-11-18", "2026-11-19", "2026-11-20").current == 3)
    }

    @Test func `nothing completed is a streak of nothing`() throws {
        #expect(Streak(of: [], by: .init(.daily)) == Streak())
        #expect(Streak().current(on: try day("2026-11-20"), by: .init(.weekly)) == 0)
    }
}
