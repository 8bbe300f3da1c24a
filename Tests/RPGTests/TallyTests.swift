import HearthKit
import Testing

@testable import RPG

struct TallyTests {
    private func activity(
        _ date: String, kind: String = "habit_completion", category: String? = nil, second: Int64 = 0
    ) throws -> Activity {
        Activity(
            userID: someone, source: .init(kind: kind, id: someone), baseXP: 10, localDate: try day(date),
            occurredAt: Timestamp(microseconds: second * 1_000_000), category: category)
    }

    @Test func `completions are counted by hour, weekday, day and week, and taken off again`() throws {
        var tally = Tally()
        for (date, hour) in [("2026-11-20", 7), ("2026-11-20", 23), ("2026-11-22", 7), ("2026-11-23", 7)] {
            tally.add(try activity(date), at: time(hour), coins: 10)
        }
        #expect(tally[.completions] == 4 && tally[.hour(7)] == 3 && tally[.hour(23)] == 1)
        #expect(tally[.weekday(4)] == 2 && tally[.weekday(6)] == 1 && tally[.weekday(0)] == 1)
        // Monday begins a day and a week.
        #expect(tally[.onDay] == 1 && tally[.inWeek] == 1 && tally[.coinsOnDay] == 10)
        tally.remove(try activity("2026-11-20"), atHour: 7)
        #expect(tally[.completions] == 3 && tally[.hour(7)] == 2 && tally[.weekday(4)] == 1)
        #expect(tally[.onDay] == 1 && tally[.inWeek] == 1)
        tally.remove(try activity("2026-11-23"), atHour: 7)
        #expect(tally[.onDay] == 0 && tally[.inWeek] == 0)
    }

    @Test func `what is entered afterwards counts as done, but at no hour, and a task is no completion`() throws {
        var tally = Tally()
        tally.add(try activity("2026-11-19", kind: "habit_backfill"), at: time(7), coins: 2)
        tally.add(try activity("2026-11-20", kind: "task"), at: time(7), coins: 2)
        #expect(tally[.completions] == 1 && tally[.backfills] == 1 && tally[.tasks] == 1)
        #expect(tally[.hour(7)] == 0 && tally.latestDay == nil)
        let first = try day("2026-11-19")
        #expect(tally.firstDay == first)
    }

    @Test func `completions are counted by category, and those entered afterwards with them`() throws {
        var tally = Tally()
        for category in ["health", "Health", "mind", nil] {
            tally.add(try activity("2026-11-20", category: category), at: time(7), coins: 5)
        }
        tally.add(try activity("2026-11-19", kind: "habit_backfill", category: "health"), at: time(12), coins: 2)
        tally.add(try activity("2026-11-20", kind: "task", category: "work"), at: time(12), coins: 2)
        #expect(tally[.category("health")] == 3 && tally.categories == 2)
        tally.remove(try activity("2026-11-20", category: "mind"), atHour: 7)
        #expect(tally.categories == 1)
        for number in 0..<200 {
            tally.add(try activity("2026-11-20", category: "c\(number)"), at: time(7), coins: 5)
        }
        #expect(tally.categories == Tally.mostCategories && tally[.category("health")] == 3)
    }

    @Test func `of days that freezes have covered those of the latest month count`() throws {
        var tally = Tally()
        for date in ["2026-10-30", "2026-11-03", "2026-11-10", "2026-10-31"] { tally.addFreeze(of: try day(date)) }
        #expect(tally[.frozenInMonth] == 2)
        tally.removeFreeze(of: try day("2026-10-30"))
        #expect(tally[.frozenInMonth] == 2)
        tally.removeFreeze(of: try day("2026-11-10"))
        #expect(tally[.frozenInMonth] == 1)
    }

    @Test func `to be told of a deletion a second time changes nothing`() throws {
        var tally = Tally()
        tally.addDeletion(number: 1, streak: 50, on: try day("2026-11-20"))
        let once = tally
        tally.addDeletion(number: 1, streak: 50, on: try day("2026-11-20"))
        #expect(tally == once && tally[.deletedHabits] == 1 && tally[.deletedStreak] == 50)
        tally.addDeletion(number: 2, streak: 3, on: nil)
        let last = try day("2026-11-20")
        #expect(tally[.deletedHabits] == 2 && tally[.deletedStreak] == 50 && tally.lastDeletion == last)
    }

    @Test func `a routine is the first completion of each of the latest days in a row`() throws {
        var routine = Routine()
        for (date, minute) in [("2026-11-10", 400), ("2026-11-12", 420), ("2026-11-12", 600), ("2026-11-13", 435)] {
            routine.add(try day(date), at: LocalTime(microseconds: Int64(minute) * 60_000_000))
        }
        #expect(routine.minutes == [420, 435])
        #expect(routine.holds(for: 2, within: 15) && !routine.holds(for: 2, within: 14) && !routine.holds(for: 3, within: 60))
        routine.add(try day("2026-11-11"), at: LocalTime(microseconds: 0))
        #expect(routine.minutes == [420, 435])
    }

    @Test func `wins in a row are those since the last fight that was not won`() {
        var tally = Tally()
        for isWon in [true, true, true, false, true] { tally.addFight(isWon: isWon) }
        #expect(tally[.fights] == 5 && tally[.wins] == 4 && tally[.winsInARow] == 1 && tally[.mostWinsInARow] == 3)
    }

    @Test func `it is stored as what is not zero, and read as it was`() throws {
        var tally = Tally()
        let activity = try activity("2026-11-20", category: "Health", second: 5)
        tally.add(activity, at: time(7), coins: 10)
        tally.remove(activity, atHour: 7)
        tally.add(activity, at: time(8), coins: 10)
        tally.addFreeze(of: try day("2026-11-18"))
        tally.addDeletion(number: 2, streak: 9, on: try day("2026-11-19"))
        tally.badges = ["whale", "first_habit"]
        #expect(Tally(tally.stored) == tally)
        #expect(Tally(.null) == Tally())
        let expected: JSONValue = [
            "category health": 1, "coinsOnDay": 20, "completions": 1, "deletedHabits": 2, "deletedStreak": 9,
            "frozenInMonth": 1, "hour8": 1, "inWeek": 1, "onDay": 1, "weekday4": 1,
            "firstDay": 20_777, "latestDay": 20_777, "latestHour": 8, "latestCategory": "health", "recent": [5_000_000],
            "routineDay": 20_777, "routineMinutes": [420], "frozenMonth": 20_758, "lastDeletion": 20_776,
            "badges": ["first_habit", "whale"],
        ]
        #expect(tally.stored == expected)
    }
}
