import HearthKit
import Testing

@testable import Habits

struct ScheduleTests {
    // 2026-11-16 is a Monday.
    private let week = ["16", "17", "18", "19", "20", "21", "22"].compactMap { LocalDate("2026-11-\($0)") }

    @Test func `a daily and an x per week habit are shown on every day`() {
        for frequency in [Frequency.daily, .timesPerWeek] {
            #expect(week.map { Schedule(frequency).shows(on: $0) } == Array(repeating: true, count: 7))
        }
    }

    @Test func `a weekly habit is shown on Mondays`() {
        #expect(week.map { Schedule(.weekly).shows(on: $0) } == [true, false, false, false, false, false, false])
    }

    @Test func `a habit of specific days is shown on those`() {
        let schedule = Schedule(.specificDays, on: Weekdays([.sunday, .wednesday]))
        #expect(week.map { schedule.shows(on: $0) } == [false, false, true, false, false, false, true])
    }

    @Test func `specific days without any mean every day`() {
        let schedule = Schedule(.specificDays)
        #expect(week.allSatisfy { schedule.shows(on: $0) })
        #expect(schedule.weekTarget == 7)
    }

    @Test(arguments: [
        (Schedule(.daily, timesPerWeek: 2), 7), (Schedule(.weekly, timesPerWeek: 2), 1), (Schedule(.timesPerWeek), 3),
        (Schedule(.timesPerWeek, timesPerWeek: 5), 5), (Schedule(.specificDays, on: Weekdays([.monday, .friday])), 2),
    ])
    func `the target of a week follows from the frequency`(schedule: Schedule, target: Int) {
        #expect(schedule.weekTarget == target)
    }

    @Test func `days of the week are named once, Monday first, whatever was sent`() {
        #expect(Weekdays([.sunday, .monday, .sunday]).names == [.monday, .sunday])
        #expect(Weekdays(DayOfWeek.allCases) == .everyDay)
        #expect(Weekdays([]).names.isEmpty)
    }

    @Test func `the unit before an unscheduled day is the last scheduled one`() throws {
        let schedule = Schedule(.specificDays, on: Weekdays([.friday]))
        #expect(schedule.unit(before: try day("2026-11-20")) == (try day("2026-11-13")))
        #expect(schedule.unit(before: try day("2026-11-19")) == (try day("2026-11-13")))
        #expect(schedule.unit(of: try day("2026-11-19")) == nil)
    }
}
