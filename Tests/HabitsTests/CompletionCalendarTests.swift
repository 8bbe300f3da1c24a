import HearthKit
import Testing

@testable import Habits

struct CompletionCalendarTests {
    private func calendar(_ month: String, habits: Int, today: String, _ totals: [DayTotal]) throws -> CompletionCalendar {
        let days = try #require(CompletionCalendar.days(ofMonth: month))
        return CompletionCalendar(
            totals: DayTotal.every(day: days, of: totals), habits: HabitsInUse(pauses: Array(repeating: [], count: habits)),
            today: try day(today))
    }

    @Test(arguments: [("2026-02", 28), ("2028-02", 29), ("2026-11", 30), ("2026-12", 31), ("0001-01", 31), ("9999-12", 31)])
    func `a month has all its days`(month: String, count: Int) throws {
        let days = try calendar(month, habits: 1, today: "2026-11-20", []).days
        #expect(days.count == count)
        #expect("\(try #require(days.first).total.date)" == "\(month)-01")
    }

    @Test(arguments: ["2026-13", "2026-00", "0000-01", "99999-1", "2026-1", ""])
    func `what is no month is refused`(month: String) {
        #expect(CompletionCalendar.days(ofMonth: month) == nil)
    }

    @Test func `rates have two decimals and the summary stops at today`() throws {
        let totals = [
            DayTotal(date: try day("2026-11-01"), completions: 3, xp: 30, coins: 15),
            DayTotal(date: try day("2026-11-02"), completions: 1, xp: 10, coins: 5),
            // As after travelling west: today is the 2nd again.
            DayTotal(date: try day("2026-11-03"), completions: 3, xp: 30, coins: 15),
        ]
        let calendar = try calendar("2026-11", habits: 3, today: "2026-11-02", totals)
        #expect(calendar.days.prefix(4).map(\.rate.fraction) == [1, 0.33, 1, 0])
        #expect(calendar.summary.perfectDays == 1)
        #expect(calendar.summary.totalCompletions == 4)
        #expect(calendar.summary.averageRate == 0.67)
    }

    @Test func `a rate stays within its bounds when completed habits were archived`() throws {
        let totals = [DayTotal(date: try day("2026-11-01"), completions: 3)]
        let few = try calendar("2026-11", habits: 2, today: "2026-11-01", totals)
        #expect(few.days.first?.rate.fraction == 1)
        #expect(few.summary.perfectDays == 1)
        let none = try calendar("2026-11", habits: 0, today: "2026-11-01", totals)
        #expect(none.days.first?.rate.fraction == 0)
        #expect(none.summary.perfectDays == 0)
        #expect(none.summary.averageRate == 0)
    }

    @Test func `days on which habits rest are measured against the others, and days of rest against nothing`() throws {
        let totals = [
            DayTotal(date: try day("2026-11-01"), completions: 1), DayTotal(date: try day("2026-11-02"), completions: 1),
        ]
        let pause = Pause(startDate: try day("2026-11-02"), endDate: try day("2026-11-04"))
        let later = Pause(startDate: try day("2026-11-03"), endDate: try day("2026-11-03"))
        let calendar = CompletionCalendar(
            totals: DayTotal.every(day: try day("2026-11-01")...(try day("2026-11-04")), of: totals),
            habits: HabitsInUse(pauses: [[pause], [later]]), today: try day("2026-11-04"))
        #expect(calendar.days.map(\.habits) == [2, 1, 0, 1])
        #expect(calendar.days.map(\.rate.fraction) == [0.5, 1, 0, 0])
        // The 3rd says nothing.
        #expect(calendar.summary.averageRate == 0.5)
        #expect(calendar.summary.perfectDays == 1)
    }

    @Test func `a month in the future has days and an empty summary`() throws {
        let calendar = try calendar("2027-01", habits: 2, today: "2026-11-20", [])
        #expect(calendar.days.count == 31)
        #expect(calendar.summary.averageRate == 0)
    }

    @Test func `a calendar is written as the contract says`() throws {
        let totals = [DayTotal(date: try day("2026-11-01"), completions: 1, xp: 15, coins: 7)]
        let written = try json(calendar("2026-11", habits: 2, today: "2026-11-02", totals))
        #expect(written["month"] == "2026-11")
        #expect(written["summary"] == ["perfect_days": 0, "total_completions": 1, "average_rate": 0.25])
        guard case .array(let days)? = written["days"] else { return #expect(Bool(false), "days are an array") }
        #expect(
            days.first == ["date": "2026-11-01", "completion_rate": 0.5, "habits_done": 1, "habits_total": 2, "xp_earned": 15])
    }

    @Test func `a daily summary is dated without zone and measured in percent`() throws {
        let total = DayTotal(date: try day("2026-11-20"), completions: 1, xp: 15, coins: 7)
        #expect(
            try json(DailySummary(total: total, habits: 3)) == [
                "date": "2026-11-20T00:00:00", "habits_completed": 1, "habits_total": 3, "tasks_completed": 0, "total_xp": 15,
                "total_coins": 7, "completion_rate": 33.33,
            ])
    }

    @Test func `progress has one decimal and ends at a hundred`() {
        #expect(Rate(1, of: 7).percentage(decimals: 1) == 14.3)
        #expect(Rate(9, of: 7).percentage(decimals: 1) == 100)
        #expect(Rate(1, of: 0).percentage(decimals: 1) == 0)
    }
}
