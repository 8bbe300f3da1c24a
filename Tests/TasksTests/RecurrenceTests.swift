import HearthKit
import Testing

@testable import Tasks

/// When tasks come again.
struct RecurrenceTests {
    private func days(_ recurrence: Recurrence, after date: String, _ count: Int) throws -> [String] {
        var current = try day(date)
        return (0..<count).map { _ in
            current = recurrence.next(after: current)
            return "\(current)"
        }
    }

    @Test func `daily ones come on each day, over the end of a year`() throws {
        let recurrence = Recurrence(.daily, day: nil, from: try day("2026-12-30"))
        #expect(try days(recurrence, after: "2026-12-30", 3) == ["2026-12-31", "2027-01-01", "2027-01-02"])
    }

    @Test func `those of weekdays pass the weekend over, wherever one begins`() throws {
        // 2026-11-20 is a Friday.
        let recurrence = Recurrence(.weekdays, day: nil, from: try day("2026-11-19"))
        #expect(try days(recurrence, after: "2026-11-19", 3) == ["2026-11-20", "2026-11-23", "2026-11-24"])
        #expect(try days(recurrence, after: "2026-11-21", 1) == ["2026-11-23"])
        #expect(try days(recurrence, after: "2026-11-22", 1) == ["2026-11-23"])
    }

    @Test func `weekly ones come on their weekday, also after they were put off`() throws {
        let fridays = Recurrence(.weekly, day: nil, from: try day("2026-11-20"))
        #expect(fridays.day == 5)
        #expect(try days(fridays, after: "2026-11-20", 2) == ["2026-11-27", "2026-12-04"])
        #expect(try days(fridays, after: "2026-11-22", 1) == ["2026-11-27"])
        let sundays = Recurrence(.weekly, day: 7, from: try day("2026-11-20"))
        #expect(try days(sundays, after: "2026-11-20", 2) == ["2026-11-22", "2026-11-29"])
        let mondays = Recurrence(.weekly, day: 1, from: try day("2026-11-20"))
        #expect(try days(mondays, after: "2026-11-22", 1) == ["2026-11-23"])
    }

    @Test func `monthly ones come on the last day of months that are too short, and on their own day after that`() throws {
        let last = Recurrence(.monthly, day: nil, from: try day("2027-01-31"))
        #expect(
            try days(last, after: "2027-01-31", 5) == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"])
        #expect(try days(last, after: "2028-01-31", 2) == ["2028-02-29", "2028-03-31"])
        let fifth = Recurrence(.monthly, day: 5, from: try day("2026-11-20"))
        #expect(try days(fifth, after: "2026-11-04", 2) == ["2026-11-05", "2026-12-05"])
        #expect(try days(fifth, after: "2026-12-05", 1) == ["2027-01-05"])
    }

    @Test func `a task that recurs begins today when it may, with its anchor`() throws {
        let today = try makeTask(#"{"title": "A", "recurrence": "weekdays"}"#)
        #expect(today.due == Due(date: try day("2026-11-20"), time: nil))
        let first = try makeTask(#"{"title": "A", "recurrence": "monthly", "recurrence_day": 19}"#)
        #expect(first.due?.date == (try day("2026-12-19")))
        let given = try makeTask(#"{"title": "A", "recurrence": "weekly"}"#, due: Due(date: day("2026-11-25"), time: nil))
        #expect(given.recurrence?.day == 3)
        // No weekday: that of the due date.
        #expect(try makeTask(#"{"title": "A", "recurrence": "weekly", "recurrence_day": 31}"#).recurrence?.day == 5)
    }

    @Test func `the next one comes after the day it was due and after today, at the same time, with its steps to be done`() throws
    {
        var task = try makeTask(
            #"{"title": "A", "recurrence": "daily", "tags": ["x"], "xp_reward": 9, "subtasks": [{"title": "S", "is_completed": true}]}"#,
            due: Due(date: day("2026-11-20"), time: LocalTime("07:30")))
        task.evaluation = evaluation(.easy, xp: 20)
        let early = try #require(task.following(at: moment("2026-11-18"), makeID: { someone }))
        #expect(early.due?.text == "2026-11-21T07:30:00")
        let late = try #require(task.following(at: moment("2026-11-25"), makeID: { someone }))
        #expect(late.due?.text == "2026-11-26T07:30:00")
        #expect(late.evaluation == task.evaluation && late.tags == task.tags && late.reward == task.reward)
        #expect(late.status == .pending && late.subtasks.map(\.title) == ["S"] && !late.subtasks[0].isCompleted)
        #expect(late.rewardedAt == nil && late.earned == TaskPayment())
    }

    @Test func `what does not recur is not followed, and nothing follows the end of the calendar`() throws {
        #expect(try makeTask().following(at: moment("2026-11-20"), makeID: { someone }) == nil)
        for frequency in ["daily", "weekly", "monthly", "weekdays"] {
            let last = try makeTask(
                #"{"title": "A", "recurrence": "\#(frequency)"}"#, due: Due(date: day("9999-12-31"), time: nil))
            #expect(try last.following(at: moment("2026-11-20"), makeID: { someone }) == nil, "\(frequency)")
        }
    }
}
