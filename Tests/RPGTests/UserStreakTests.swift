import HearthKit
import Testing

@testable import RPG

struct UserStreakTests {
    private func streak(_ dates: String..., rests: [Rest] = []) throws -> UserStreak {
        UserStreak(of: try dates.map { try day($0) }, rests: rests)
    }

    @Test func `days in a row count, a day twice counts once, and a gap begins anew`() throws {
        let streak = try streak("2026-11-10", "2026-11-11", "2026-11-11", "2026-11-12", "2026-11-14")
        let last = try day("2026-11-14")
        #expect(streak.current == 1 && streak.best == 3 && streak.through == last)
    }

    @Test func `a rest neither counts nor breaks`() throws {
        let rests = [try rest("2026-11-11", "2026-11-20"), try rest("2026-11-21", "2026-11-21", .freeze)]
        #expect(try streak("2026-11-10", "2026-11-22", rests: rests).current == 2)
        #expect(try streak("2026-11-10", "2026-11-23", rests: rests).current == 1)
        // Something done on a day of rest counts.
        #expect(try streak("2026-11-10", "2026-11-15", "2026-11-22", rests: rests).current == 3)
    }

    @Test func `a freeze covers one missed day, and is kept when it would not help`() throws {
        var streak = try streak("2026-11-09", "2026-11-10")
        let (none, missed) = (LocalDate?.none, try day("2026-11-12"))
        for (date, hasFreeze, covered, current) in [
            ("2026-11-11", true, none, 3), ("2026-11-13", true, missed, 4), ("2026-11-16", true, none, 1),
            ("2026-11-18", false, none, 1),
        ] {
            let spent = streak.extend(to: try day(date), rests: [], hasFreeze: hasFreeze)
            #expect(spent == covered && streak.current == current)
        }
        #expect(streak.best == 4)
    }

    @Test func `a freeze joins a rest`() throws {
        var streak = try streak("2026-11-10")
        let rests = [try rest("2026-11-11", "2026-11-14")]
        let (spent, missed) = (streak.extend(to: try day("2026-11-16"), rests: rests, hasFreeze: true), try day("2026-11-15"))
        #expect(spent == missed && streak.current == 2)
    }

    @Test func `an earlier day changes nothing`() throws {
        var streak = try streak("2026-11-10")
        streak.extend(to: try day("2026-11-09"), rests: [])
        #expect(streak == (try self.streak("2026-11-10")))
    }

    @Test func `a streak lasts through the day after, the rests and the free freeze`() throws {
        var player = Player(userID: someone)
        let rests = [try rest("2026-11-20", "2026-11-21")]
        player.set(try streak("2026-11-18", "2026-11-19"), rests: rests)
        #expect(player.streakUntil == (try day("2026-11-22")))
        player.freeFreezeWeek = try day("2026-11-16")
        #expect(player.currentStreak(on: try day("2026-11-22")) == 2)
        // Monday: the freeze of the new week.
        #expect(player.currentStreak(on: try day("2026-11-23")) == 2)
        player.freeFreezeWeek = try day("2026-11-23")
        #expect(player.currentStreak(on: try day("2026-11-23")) == 0)
        #expect(player.currentStreak(on: try day("2026-11-24")) == 0)
    }

    @Test func `nothing done is no streak`() {
        #expect(Player(userID: someone).currentStreak(on: LocalDate(days: 0)) == 0)
    }
}
