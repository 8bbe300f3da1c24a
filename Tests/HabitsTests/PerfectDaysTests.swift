import HearthKit
import Testing

@testable import Habits

/// On which days nothing was left out. The last day of all tests is Sunday, 29 November 2026.
struct PerfectDaysTests {
    private let today = LocalDate(days: 20_786)

    private func habit(_ schedule: Schedule = Schedule(.daily), age: Int = 100, until: Int? = nil, done days: [Int]) -> KeptHabit
    {
        KeptHabit(
            use: HabitUse(schedule: schedule, since: today - age, until: until.map { today - $0 }),
            completed: Set(days.map { today - $0 }))
    }

    private func days(_ habits: KeptHabit..., within: Int = 30) -> Int {
        PerfectDays(of: habits, in: (today - within)...today).days
    }

    @Test func `they are counted back from today, which is still open`() {
        #expect(days(habit(done: Array(0..<5))) == 5)
        #expect(days(habit(done: Array(1..<5))) == 4)
        #expect(days(habit(done: Array(2..<5))) == 0)
        #expect(days(habit(done: Array(0..<100))) == 30)
        #expect(days() == 0)
    }

    @Test func `all habits have to be done on the days on which they are in use`() {
        let reading = habit(done: Array(0..<10))
        #expect(days(reading, habit(done: [0, 1, 2, 4])) == 3)
        #expect(days(reading, habit(age: 3, done: [0, 1, 2, 3])) == 10)
        #expect(days(reading, habit(until: 4, done: [5, 6, 7, 8, 9])) == 10)
    }

    @Test func `days on which nothing is due break nothing, and count between others`() {
        // Mondays: six days ago and every week before.
        let mondays = Schedule(.specificDays, on: Weekdays([.monday]))
        #expect(days(habit(mondays, done: [6, 13, 20])) == 15)
        #expect(days(habit(mondays, done: [6, 20])) == 1)
        let pause = Pause(startDate: today - 3, endDate: today - 2)
        #expect(days(habit(Schedule(.daily, pauses: [pause]), done: [0, 1, 4, 5])) == 6)
    }

    @Test func `what counts weeks is due when a week ends`() {
        let twice = Schedule(.timesPerWeek, timesPerWeek: 2)
        let reading = habit(done: Array(0..<20))
        // Today is the last day of a week, and open. The week before is over; in the one before that the habit was made.
        #expect(days(reading, habit(twice, age: 17, done: [8, 9])) == 19)
        #expect(days(reading, habit(twice, age: 17, done: [9])) == 6)
        #expect(days(reading, habit(Schedule(.weekly), done: [5, 10, 16])) == 20)
    }
}
