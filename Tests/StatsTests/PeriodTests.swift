import HearthKit
import Testing

@testable import Stats

/// What days come to.
struct PeriodTests {
    private let week: ClosedRange<LocalDate>

    init() throws { week = try days("2026-11-16", "2026-11-22") }

    private func on(_ offset: Int) -> LocalDate { week.lowerBound + offset }

    @Test func `a day that is open is measured by the habits of now, a closed one by those of then`() {
        let stored = [
            Day(on(0), habitsTotal: 4, isClosed: true, habitsCompleted: 2), Day(on(1), habitsTotal: 4, habitsCompleted: 2),
            Day(on(2), habitsTotal: 4, habitsCompleted: 2),
        ]
        let history = History(stored, due: [on(0): 2, on(1): 2, on(3): 2])
        #expect(history[week].days.map(\.habitsTotal) == [4, 2, 0, 2, nil, nil, nil])
        #expect(history[week].days.map(\.rate) == [50, 100, 0, 0, 0, 0, 0])
        // Nobody knows: what was said last.
        #expect(History(stored, due: nil)[week].days.map(\.habitsTotal) == [4, 4, 4, nil, nil, nil, nil])
    }

    @Test func `the rate is the mean of the days on which something was due, and no day is more than whole`() {
        let history = History(
            [
                Day(on(0), habitsTotal: 3, isClosed: true, habitsCompleted: 1, xp: 10, coins: 5),
                Day(on(1), habitsTotal: 1, isClosed: true, habitsCompleted: 3, tasksCompleted: 1, xp: 30, coins: 15),
                Day(on(2), habitsTotal: 0, isClosed: true, habitsCompleted: 1), Day(on(3), tasksCompleted: 2),
                Day(on(4), habitsTotal: 2, isClosed: true),
            ], due: nil)
        let period = history[week]
        #expect(period.days.count == 7)
        #expect(period.rate == 44.44)
        #expect(period.perfectDays == 1 && period.activeDays == 4)
        #expect(period.habitsCompleted == 5 && period.tasksCompleted == 3 && period.xp == 40 && period.coins == 20)
        #expect(history[on(5)...on(6)].share == nil && history[on(5)...on(6)].rate == 0)
    }

    @Test func `changes are told in percent`() {
        #expect(Trends.change(4, 5, fromNothing: 100) == 25)
        #expect(Trends.change(3, 2, fromNothing: 100) == -33.33)
        #expect(Trends.change(0, 2, fromNothing: 100) == 100)
        #expect(Trends.change(0, 2, fromNothing: 0) == 0)
        #expect(Trends.change(0, 0, fromNothing: 100) == 0)
    }

    @Test func `a habit is measured by its schedule, since it exists and until it is archived`() throws {
        func rate(
            _ target: Int, _ completions: Int, created: String = "2026-01-01", archived: String? = nil
        ) throws -> Double {
            let count = HabitCount(habitID: identifier(1), completions: completions, xp: 10)
            return HabitStat(
                makeHabit(weekTarget: target), count, in: week, created: try day(created), archived: try archived.map(day)
            )
            .rate
        }
        #expect(try rate(7, 7) == 100 && rate(7, 3) == 42.86 && rate(1, 1) == 100 && rate(3, 2) == 66.67)
        #expect(try rate(7, 9) == 100)
        // Three days, and one that was entered for before.
        #expect(try rate(7, 2, created: "2026-11-20") == 66.67)
        #expect(try rate(7, 1, created: "2026-12-01") == 100)
        // Two days of the week, and none of it.
        #expect(try rate(7, 1, archived: "2026-11-18") == 50)
        #expect(try rate(7, 0, archived: "2026-10-01") == 0)
        let never = HabitStat(makeHabit(), nil, in: week, created: week.lowerBound)
        #expect(never.rate == 0 && never.completions == 0 && never.xp == 0)
    }

    @Test func `habits are listed from the best, and those alike in one order`() {
        let counts = [2: 3, 3: 7, 4: 3].mapValues { HabitCount(habitID: .zero, completions: $0, xp: 0) }
        let list = HabitStat.list(
            of: [makeHabit(1), makeHabit(2), makeHabit(3), makeHabit(4)],
            Dictionary(uniqueKeysWithValues: counts.map { (identifier($0.key), $0.value) }), in: week
        ) { _ in week.lowerBound }
        let alike = [identifier(2), identifier(4)].sorted()
        #expect(list.map(\.habit.id) == [identifier(3)] + alike + [identifier(1)])
    }
}
