import HearthKit
import Testing

@testable import RPG

/// The freeze of a week that was spent on a missed day, when what it was spent for is undone.
struct FreezeTests {
    /// Spent on Tuesday, 10 November 2026.
    private func freeze() throws -> Rest {
        let missed = try day("2026-11-10")
        return Rest(id: someone, kind: .freeze, days: missed...missed, awardID: someone)
    }

    private func player(frozeWeekOf monday: String?) throws -> Player {
        var player = Player(userID: someone)
        player.freeFreezeWeek = try monday.map { try day($0) }
        return player
    }

    @Test func `it comes back when nothing is left that builds on it`() throws {
        for left in [[], ["2026-11-09"]] {
            var player = try player(frozeWeekOf: "2026-11-09")
            let days = try left.map { try day($0) }
            let needless = player.settle([try freeze()], undoing: try day("2026-11-11"), left: days)
            #expect(needless.count == 1 && player.freeFreezeWeek == nil)
        }
    }

    @Test func `it stays while something is left that builds on it`() throws {
        var player = try player(frozeWeekOf: "2026-11-09")
        let days = try ["2026-11-09", "2026-11-12"].map { try day($0) }
        let needless = player.settle([try freeze()], undoing: try day("2026-11-11"), left: days)
        #expect(needless.isEmpty && player.freeFreezeWeek == days[0])
    }

    @Test func `it is spent again when what was done on its day is undone, unless another day of the week has it`() throws {
        let days = try ["2026-11-09", "2026-11-11"].map { try day($0) }
        for (before, after, covers) in [
            (nil, "2026-11-09", true), ("2026-11-02", "2026-11-09", true), ("2026-11-09", "2026-11-09", false),
            ("2026-11-16", "2026-11-16", true),
        ] {
            var player = try player(frozeWeekOf: before)
            let needless = player.settle([try freeze()], undoing: try day("2026-11-10"), left: days)
            let week = try day(after)
            #expect(needless.isEmpty == covers && player.freeFreezeWeek == week)
        }
        // Something else was done on that day too.
        var player = try player(frozeWeekOf: nil)
        let all = try ["2026-11-09", "2026-11-10", "2026-11-11"].map { try day($0) }
        let needless = player.settle([try freeze()], undoing: all[1], left: all)
        #expect(needless.isEmpty && player.freeFreezeWeek == nil)
    }
}
