import HearthKit
import Testing

@testable import Stats

/// What is worth telling.
struct InsightTests {
    private let monday: LocalDate

    init() throws { monday = try day("2026-11-16") }

    /// A week of which so many of four habits were done each day.
    private func week(_ done: Int, until offset: Int = 4) -> Period {
        Period(
            days: (0...offset).map {
                Day(monday + $0, habitsTotal: 4, isClosed: true, habitsCompleted: done)
            })
    }

    private func told(
        _ week: Period, _ habits: [HabitSummary] = [], streak: Int? = nil, in language: Language = .english
    ) -> [String] {
        Insights(for: identifier(9), week: week, habits: habits, streak: streak, in: language, now: noon).insights.map {
            "\($0.priority) \($0.category.rawValue) \($0.text.title)"
        }
    }

    @Test func `streaks and weeks are told by the documented bounds`() {
        #expect(told(week(3)) == [])
        #expect(told(week(4)) == ["2 achievement A good week"])
        #expect(told(week(1)) == ["3 suggestion Less may be more"])
        #expect(told(Period(days: [Day(monday)])) == [])
        #expect(told(week(3), streak: 7) == ["3 achievement 7-day streak"])
        #expect(told(week(3), streak: 6) == [])
        #expect(told(week(3), streak: 0) == ["2 motivation Begin a new streak"])
    }

    @Test func `two habits without a streak are told, and the most important comes first`() {
        let habits = [
            makeHabit(1, streak: 2), makeHabit(2), makeHabit(3, isActive: false), makeHabit(4), makeHabit(5),
        ]
        let insights = Insights(for: identifier(9), week: week(1), habits: habits, streak: 0, in: .english, now: noon).insights
        #expect(insights.map(\.priority) == [3, 2, 2, 2])
        #expect(insights.map(\.habitID) == [nil, nil, identifier(2), identifier(4)])
        #expect(insights.map(\.category) == [.suggestion, .motivation, .warning, .warning])
    }

    @Test func `an insight keeps its id as long as it is about the same`() {
        func ids(_ until: Int, _ user: Int = 9) -> [UUID] {
            Insights(
                for: identifier(user), week: week(1, until: until), habits: [makeHabit()], streak: 7, in: .english, now: noon
            )
            .insights.map(\.id)
        }
        let friday = ids(4)
        #expect(friday.count == 3 && Set(friday).count == 3)
        #expect(ids(4) == friday)
        // On Saturday it is the same week, and another day.
        let saturday = ids(5)
        #expect(Set(saturday).intersection(friday).count == 1)
        #expect(Set(ids(4, 8)).isDisjoint(with: friday))
    }

    @Test func `all words are there in both languages, and no longer than clients show`() {
        let habit = String(repeating: "é", count: 100)
        let texts = Language.allCases.map { language -> [InsightText] in
            [
                .streak(10_000, in: language), .noStreak(in: language), .goodWeek(100, in: language),
                .hardWeek(49, in: language), .waiting(habit, in: language),
            ]
        }
        for (french, english) in zip(texts[0], texts[1]) {
            #expect(french.title != english.title && french.message != english.message)
            #expect((french.action == nil) == (english.action == nil))
            if let action = french.action { #expect(action != english.action) }
        }
        for text in texts.joined() {
            #expect(text.title.unicodeScalars.count <= 100 && text.message.unicodeScalars.count <= 500)
            #expect((text.action?.unicodeScalars.count ?? 0) <= 200)
        }
        #expect(told(week(4), in: .french) == ["2 achievement Une bonne semaine"])
    }
}
