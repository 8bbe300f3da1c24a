import HearthKit
import Testing

@testable import Habits

/// What pauses change about what is due and about streaks. 2026-11-16 is a Monday.
struct PauseTests {
    private func pause(_ first: String, _ last: String) throws -> Pause {
        Pause(startDate: try day("2026-\(first)"), endDate: try day("2026-\(last)"))
    }

    private func streak(_ schedule: Schedule, _ dates: String...) throws -> Streak {
        Streak(of: try dates.map { try day("2026-\($0)") }, by: schedule)
    }

    @Test func `a paused habit is not shown, from the first to the last day`() throws {
        let schedule = Schedule(.daily, pauses: [try pause("11-17", "11-19")])
        let shown = try ["16", "17", "18", "19", "20"].map { schedule.shows(on: try day("2026-11-\($0)")) }
        #expect(shown == [true, false, false, false, true])
    }

    @Test func `days left out in a pause break no streak and days kept in it count`() throws {
        let schedule = Schedule(.daily, pauses: [try pause("11-17", "11-19")])
        #expect(try streak(schedule, "11-15", "11-16", "11-20").current == 3)
        #expect(try streak(schedule, "11-15", "11-16", "11-18", "11-20").current == 4)
        // The 21st is no day of the pause.
        #expect(try streak(schedule, "11-15", "11-16", "11-18", "11-22").current == 1)
        #expect(try streak(Schedule(.daily), "11-15", "11-16", "11-20").current == 1)
    }

    @Test func `a streak lives through a pause, and a day longer than it`() throws {
        let schedule = Schedule(.daily, pauses: [try pause("11-17", "11-19")])
        let streak = try streak(schedule, "11-15", "11-16")
        #expect(streak.current(on: try day("2026-11-19"), by: schedule) == 2)
        #expect(streak.current(on: try day("2026-11-20"), by: schedule) == 2)
        #expect(streak.current(on: try day("2026-11-21"), by: schedule) == 0)
    }

    @Test func `a streak that ended before a pause is not brought back by it`() throws {
        let schedule = Schedule(.daily, pauses: [try pause("11-17", "11-19")])
        #expect(try streak(schedule, "11-14", "11-15").current(on: try day("2026-11-18"), by: schedule) == 0)
    }

    @Test func `pauses beside each other are one to a streak`() throws {
        let schedule = Schedule(.daily, pauses: [try pause("11-11", "11-12"), try pause("11-13", "11-15")])
        #expect(try streak(schedule, "11-10", "11-16").current == 2)
        #expect(schedule.unit(before: try day("2026-11-16")) == (try day("2026-11-10")))
    }

    @Test func `unscheduled days around a pause are passed over as ever`() throws {
        let schedule = Schedule(.specificDays, on: Weekdays([.monday, .friday]), pauses: [try pause("11-14", "11-18")])
        // Friday the 13th, Friday the 20th; Monday the 16th was paused.
        #expect(try streak(schedule, "11-13", "11-20").current == 2)
        #expect(schedule.unit(before: try day("2026-11-20")) == (try day("2026-11-13")))
    }

    @Test func `a week with a paused day is excused, and counts when the number is reached all the same`() throws {
        let schedule = Schedule(.timesPerWeek, timesPerWeek: 2, pauses: [try pause("11-15", "11-16")])
        // The weeks of the 9th and of the 16th are touched by the pause, the one of the 23rd is not.
        #expect(try streak(schedule, "11-02", "11-03", "11-09", "11-23", "11-24").current == 2)
        #expect(try streak(schedule, "11-02", "11-03", "11-16", "11-17", "11-23", "11-24").current == 3)
        let missed = try streak(schedule, "11-02", "11-03", "11-30")
        #expect(missed.current(on: try day("2026-11-29"), by: schedule) == 1)
        #expect(missed.current(on: try day("2026-11-30"), by: schedule) == 0)
    }

    @Test func `pauses are kept in order and apart`() throws {
        var schedule = Schedule(.daily)
        try schedule.add(pause("12-10", "12-12"))
        try schedule.add(pause("12-01", "12-09"))
        #expect(schedule.pauses == [try pause("12-01", "12-09"), try pause("12-10", "12-12")])
        for (first, last, status) in [("12-12", "12-20", 409), ("12-02", "12-02", 409), ("12-25", "12-24", 400)] {
            let wrong = try pause(first, last)
            #expect(throws: Failure.self) { try schedule.add(wrong) }
            do { try schedule.add(wrong) } catch { #expect(error.status == status) }
        }
        let year = Pause(startDate: try day("2027-01-01"), endDate: try day("2028-01-01"))
        try schedule.add(year)
        let longer = Pause(startDate: try day("2029-01-01"), endDate: try day("2030-01-02"))
        #expect(throws: Failure.self) { try schedule.add(longer) }
    }

    @Test func `ending a pause keeps the days that are over`() throws {
        let pauses = [try pause("11-10", "11-20"), try pause("12-10", "12-12")]
        var schedule = Schedule(.daily, pauses: pauses)
        let today = try day("2026-11-18")
        let (running, later) = (try day("2026-11-10"), try day("2026-12-10"))
        try schedule.endPause(from: running, on: today)
        try schedule.endPause(from: later, on: today)
        #expect(schedule.pauses == [try pause("11-10", "11-17")])
        // What is over stays, and what was never there is not found.
        #expect(throws: Failure.self) { try schedule.endPause(from: running, on: today) }
        #expect(throws: Failure.self) { try schedule.endPause(from: today, on: today) }
    }

    @Test func `pauses are stored as they were`() throws {
        let pauses = [try pause("11-10", "11-20"), try pause("12-10", "12-12")]
        #expect(pauses.text == "2026-11-10/2026-11-20 2026-12-10/2026-12-12")
        #expect(try [Pause](stored: pauses.text) == pauses)
        #expect([Pause]().text == nil)
        #expect(try [Pause](stored: nil) == [])
        for wrong in ["2026-11-10", "2026-11-10/2026-11-31", "2026-11-10/2026-11-20/2026-11-21", "x/y"] {
            #expect([Pause](text: wrong) == nil, "\(wrong)")
        }
    }
}
