import HearthKit
import TestContracts
import Testing

@testable import Habits

/// The published contract of `habits/1`, and what counts as due.
struct HabitsServiceTests {
    private let contract: ServiceContract

    init() throws { contract = try ServiceContract("habits/1") }

    @Test func `what Habits answers is what the contract says`() throws {
        let habit = try makeHabit(#"{"title": "Run", "frequency": "x_per_week", "times_per_week": 3}"#)
        let summaries = try json(HabitSummaries(habits: [HabitSummary(habit: habit, today: day("2026-11-20"))]))
        #expect(try contract.problems(with: .object(summaries), answeredBy: "summaries") == [])
        #expect(
            summaries == [
                "habits": [
                    [
                        "habit_id": .string("\(someone)"), "title": "Run", "icon": "🎯", "frequency": "x_per_week",
                        "week_target": 3,
                        "is_active": true, "current_streak": 0, "best_streak": 0, "total_completions": 0,
                        "created_at": "2026-01-01T00:00:00.000000Z", "archived_at": .null,
                    ]
                ]
            ])
        let days = DueDays(days: [.init(date: try day("2026-11-20"), due: 2)])
        #expect(try contract.problems(with: .object(json(days)), answeredBy: "due_counts") == [])
        let perfect = PerfectDays(of: [], in: try day("2026-11-01")...day("2026-11-20"))
        #expect(try contract.problems(with: .object(json(perfect)), answeredBy: "perfect_days") == [])
        let totals = DueTotals(
            of: [ScheduleCount(user: someone, schedule: Schedule(.daily), habits: 2)], on: try day("2026-11-20"))
        #expect(try contract.problems(with: .object(json(totals)), answeredBy: "due_totals") == [])
        var completion = Completion(
            id: someone, of: habit, on: CompletedDay(date: try day("2026-11-20"), endsAt: .init(microseconds: 0)),
            completedAt: .init(microseconds: 0), isBackfilled: false, createdAt: .init(microseconds: 0))
        for mood in [nil, 5] {
            completion.moodRating = mood
            let page = CompletionsPage(completions: [CompletionEvent(completion: completion)])
            #expect(try contract.problems(with: .object(json(page)), answeredBy: "completions") == [])
        }
    }

    @Test func `what the contract asks for is what Habits reads`() throws {
        let range: JSONObject = ["user_id": .string("\(someone)"), "from": "2026-11-01", "to": "2026-11-30"]
        #expect(try contract.problems(with: .object(range), sentTo: "due_counts") == [])
        let read = try DueRange(json: .object(range))
        #expect(try read.userID == someone && read.from == day("2026-11-01") && read.to == day("2026-11-30"))
        let question: JSONObject = ["user_id": .string("\(someone)"), "within": 30]
        #expect(try contract.problems(with: .object(question), sentTo: "perfect_days") == [])
        #expect(try PerfectDaysQuestion(json: .object(question)).within == 30)
        let users: JSONObject = ["user_ids": [.string("\(someone)")], "date": "2026-11-20", "timezone": "UTC"]
        #expect(try contract.problems(with: .object(users), sentTo: "due_totals") == [])
        #expect(try DueDate(json: .object(users)).userIDs == [someone])
        let place: JSONObject = ["local_date": "2026-11-20", "completion_id": .string("\(someone)")]
        let page: JSONObject = ["user_id": .string("\(someone)"), "after": .object(place), "limit": 400]
        #expect(try contract.problems(with: .object(page), sentTo: "completions") == [])
        let asked = try CompletionsQuestion(json: .object(page))
        #expect(try asked.after?.date == day("2026-11-20") && asked.after?.id == someone && asked.limit == 400)
    }

    @Test func `a habit is due on the days of its list, from its creation until the day before it is archived`() throws {
        let week = try day("2026-11-16")...day("2026-11-22")
        func due(_ schedule: Schedule, since: String = "2026-11-01", until: String? = nil) throws -> [Int] {
            let use = HabitUse(schedule: schedule, since: try day(since), until: try until.map { try day($0) })
            return DueDays(of: [use], in: week).days.map { $0.date - week.lowerBound }
        }
        #expect(try due(Schedule(.daily)) == [0, 1, 2, 3, 4, 5, 6])
        #expect(try due(Schedule(.timesPerWeek, timesPerWeek: 2)) == [0, 1, 2, 3, 4, 5, 6])
        #expect(try due(Schedule(.weekly)) == [0])
        #expect(try due(Schedule(.specificDays, on: Weekdays([.friday, .sunday]))) == [4, 6])
        let pause = Pause(startDate: try day("2026-11-17"), endDate: try day("2026-11-20"))
        #expect(try due(Schedule(.daily, pauses: [pause])) == [0, 5, 6])
        #expect(try due(Schedule(.daily), since: "2026-11-19") == [3, 4, 5, 6])
        #expect(try due(Schedule(.daily), until: "2026-11-18") == [0, 1])
        #expect(try due(Schedule(.daily), since: "2026-11-18", until: "2026-11-18") == [])
    }

    @Test func `due habits are added up by user`() throws {
        let other = UUID("019a0f5e-6a00-7000-8000-000000000002") ?? .zero
        let counts = [
            ScheduleCount(user: someone, schedule: Schedule(.daily), habits: 2),
            ScheduleCount(user: someone, schedule: Schedule(.specificDays, on: Weekdays([.friday])), habits: 3),
            ScheduleCount(user: someone, schedule: Schedule(.weekly), habits: 5),
            ScheduleCount(user: other, schedule: Schedule(.weekly), habits: 1),
        ]
        #expect(try Set(DueTotals(of: counts, on: day("2026-11-20")).totals) == [.init(userID: someone, due: 5)])
        #expect(
            try Set(DueTotals(of: counts, on: day("2026-11-16")).totals)
                == [.init(userID: someone, due: 7), .init(userID: other, due: 1)])
    }
}
