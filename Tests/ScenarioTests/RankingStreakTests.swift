import HearthHost
import HearthJSON
import Testing

/// The streak of somebody who has stopped ranks no more, from his own midnight on.
struct RankingStreakTests {
    @Test func `a streak ranks as long as its user sees it, in every zone, with freezes and vacations`() async throws {
        try await ranked(["ada", "bob", "cyd", "dan", "eve"]) { host, players, rankings in
            for (player, zone) in zip(
                players, ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu", "Europe/Berlin"])
            {
                try await player.move(to: zone)
                let habit = try await player.habit()
                #expect(try await player.complete(habit).status == 201)
            }
            #expect(try await players[2].post("/api/streak/freeze").status == 200)
            let vacation: JSONValue = ["start_date": "2026-11-21", "end_date": "2026-11-24"]
            #expect(try await players[4].post("/api/streak/vacations", vacation).status == 201)
            var sizes: Set<Int> = []
            // Three hours at a time, and a minute beside the hour.
            for hours in 0..<64 {
                host.clock.set(TestHost.noon + Int64(hours) * 3 * 3_600_000_000 - 60_000_000)
                try await rankings.check("\(hours * 3) hours later")
                sizes.insert(try await rankings.top("streak").count)
            }
            // They ended one after the other.
            #expect(sizes.isSuperset(of: [5, 4, 3, 2, 1, 0]))
        }
    }

    @Test func `the job takes streaks that are over out of the counts`() async throws {
        try await ranked(["ada", "bob"]) { host, players, rankings in
            for player in players {
                let habit = try await player.habit()
                #expect(try await player.complete(habit).status == 201)
            }
            let ranked = "SELECT count(*) FROM rpg_players WHERE ranked_streak > 0"
            #expect(try await host.sql(ranked) == [["2"]])
            host.clock.set(try instant("2026-11-22T23:59:59Z"))
            try await players[1].move(to: "America/New_York", noticedBy: host)
            #expect(try await rankings.top("streak").count == 2)
            // Friday was done, the free freeze covers Saturday: with Sunday it is over.
            host.clock.set(try instant("2026-11-23T00:00:00Z"))
            #expect(try await rankings.top("streak").count == 1)
            let isOver = try await eventually { try await host.sql(ranked) == [["1"]] }
            #expect(isOver)
            let isFolded = try await host.folded()
            #expect(isFolded)
            #expect(try await rankings.top("streak").count == 1)
            let current = "SELECT sum(current_streak), sum(ranked_streak) FROM rpg_players"
            #expect(try await host.sql(current) == [["2", "1"]])

            // Whoever flies west has more time, and a streak that goes on ranks again.
            try await players[0].move(to: "Pacific/Honolulu", noticedBy: host)
            #expect(try await rankings.top("streak").count == 2)
            try await rankings.check("in Honolulu")
            // Whoever flies east has less.
            try await players[1].move(to: "Asia/Tokyo", noticedBy: host)
            #expect(try await rankings.top("streak").count == 1)
            try await rankings.check("in Tokyo")
        }
    }
}
