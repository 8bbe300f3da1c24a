import HearthKit
import Testing

@testable import RPG

struct TallyTests {
    private func activity(_ date: String, kind: String = "habit_completion") throws -> Activity {
        Activity(userID: someone, source: .init(kind: kind, id: someone), baseXP: 10, localDate: try day(date))
    }

    @Test func `completions are counted by hour, weekday, day and week, and taken off again`() throws {
        var tally = Tally()
        for (date, hour) in [("2026-11-20", 7), ("2026-11-20", 23), ("2026-11-22", 7), ("2026-11-23", 7)] {
            tally.add(try activity(date), atHour: hour, coins: 10)
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
        tally.add(try activity("2026-11-19", kind: "habit_backfill"), atHour: 7, coins: 2)
        tally.add(try activity("2026-11-20", kind: "task"), atHour: 7, coins: 2)
        #expect(tally[.completions] == 1 && tally[.backfills] == 1 && tally[.tasks] == 1)
        #expect(tally[.hour(7)] == 0 && tally.latestDay == nil)
        let first = try day("2026-11-19")
        #expect(tally.firstDay == first)
    }

    @Test func `wins in a row are those since the last fight that was not won`() {
        var tally = Tally()
        for isWon in [true, true, true, false, true] { tally.addFight(isWon: isWon) }
        #expect(tally[.fights] == 5 && tally[.wins] == 4 && tally[.winsInARow] == 1 && tally[.mostWinsInARow] == 3)
    }

    @Test func `it is stored as what is not zero, and read as it was`() throws {
        var tally = Tally()
        tally.add(try activity("2026-11-20"), atHour: 7, coins: 10)
        tally.remove(try activity("2026-11-20"), atHour: 7)
        tally.add(try activity("2026-11-20"), atHour: 8, coins: 10)
        tally.catalogueVersion = 5
        #expect(Tally(tally.stored) == tally)
        #expect(Tally(.null) == Tally())
        let expected: JSONValue = [
            "catalogue": 5, "coinsOnDay": 20, "completions": 1, "hour8": 1, "inWeek": 1, "onDay": 1, "weekday4": 1,
            "firstDay": 20_777, "latestDay": 20_777,
        ]
        #expect(tally.stored == expected)
    }
}
