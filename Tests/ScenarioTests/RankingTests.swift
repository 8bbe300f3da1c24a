import HearthHost
import HearthJSON
import Testing

/// The service by which others rank users: exact at every moment, whatever happens at the same time.
struct RankingTests {
    @Test func `ranks are those of a count by brute force, whatever is done, taken back, missed or slept through`() async throws {
        try await ranked(["ada", "bob", "cyd", "dan", "eve", "fay", "gus"]) { host, players, rankings in
            var chance = Chance(seed: 7)
            var habits: [[String]] = []
            for player in players.dropLast() {
                let reading = try await player.habit(["difficulty": "hard"])
                habits.append([reading, try await player.habit(["title": "Run", "difficulty": "easy"])])
            }
            try await rankings.check("at the beginning")
            var done: [(player: Int, completion: String)] = []
            let zones = ["UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "Pacific/Honolulu"]
            for round in 0..<12 {
                for _ in 0..<8 {
                    let player = chance.below(habits.count)
                    switch chance.below(12) {
                    case 0:
                        if let last = done.popLast() {
                            _ = try await players[last.player].delete("/api/completions/\(last.completion)")
                        }
                    case 1: try await players[player].move(to: zones[chance.below(zones.count)], noticedBy: host)
                    case 2: _ = try await players[player].post("/api/streak/freeze")
                    default:
                        let answer = try await players[player].complete(habits[player][chance.below(2)])
                        if let id = answer.json["id"]?.string { done.append((player, id)) }
                    }
                }
                try await rankings.check("in round \(round)")
                host.clock.advance(by: .seconds(3600 * (3 + chance.below(40))))
                try await rankings.check("after round \(round)")
            }
            let isFolded = try await host.folded()
            #expect(isFolded)
            try await rankings.check("folded")
            let wasWrong = try await host.recounted(by: try await host.administrator("root", TestClient(host)))
            #expect(!wasWrong)
        }
    }

    @Test func `awards at once, folds and questions in between lose nobody`() async throws {
        let names = (0..<12).map { "player\($0)" }
        try await ranked(names) { host, players, rankings in
            var habits: [[String]] = []
            for player in players {
                var own: [String] = []
                for number in 0..<6 {
                    own.append(try await player.habit(["title": .string("h\(number)"), "difficulty": "hard"]))
                }
                habits.append(own)
            }
            let folding = Task {
                while !Task.isCancelled {
                    host.clock.advance(by: .seconds(5))
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            let answers = try await together(names.count * 6) { [habits] index in
                let player = index % names.count
                // Nobody is counted twice or forgotten while he moves.
                if index % 5 == 0 {
                    let top = try await rankings.top("xp")
                    #expect(Set(top.map(\.user)).count == top.count)
                    let ranks = top.map(\.rank)
                    #expect(ranks == ranks.sorted())
                }
                return try await players[player].complete(habits[player][index / names.count])
            }
            folding.cancel()
            await folding.value
            #expect(answers.allSatisfy { $0.status == 201 })
            try await rankings.check("afterwards")
            let isFolded = try await host.folded()
            #expect(isFolded)
            try await rankings.check("folded")
            let wasWrong = try await host.recounted(by: try await host.administrator("root", TestClient(host)))
            #expect(!wasWrong)
        }
    }

    @Test func `a recount puts counts right that were lost or are wrong, and says so`() async throws {
        try await ranked(["ada", "bob", "cyd"]) { host, players, rankings in
            for player in players {
                let habit = try await player.habit(["difficulty": "hard"])
                #expect(try await player.complete(habit).status == 201)
            }
            let isFolded = try await host.folded()
            let admin = try await host.administrator("root", TestClient(host))
            let wasWrong = try await host.recounted(by: admin)
            #expect(isFolded && !wasWrong)
            for damage in [
                "DELETE FROM rpg_rank_counts", "UPDATE rpg_rank_counts SET players = players + 5 WHERE height = 1",
                "UPDATE rpg_rank_counts SET bucket = bucket + 1 WHERE height = 0 AND metric = 'streak'",
            ] {
                try await host.sql(damage)
                let isFound = try await host.recounted(by: admin)
                try await rankings.check("after \(damage)")
                let isLeft = try await host.recounted(by: admin)
                #expect(isFound && !isLeft, "\(damage)")
            }
        }
    }

    @Test func `weeks and months begin for all at midnight UTC, and are for circles of friends`() async throws {
        try await ranked(["ada", "bob"]) { host, players, rankings in
            let ids = [try await players[0].id(), try await players[1].id()]
            try await players[1].move(to: "Asia/Tokyo")
            var habits: [String] = []
            for player in players { habits.append(try await player.habit(["difficulty": "hard"])) }
            // 20 points, 10 for the badge of the first completion, and 25 for that of a Friday before six.
            let friday = try await players[0].complete(habits[0])
            #expect(try await rankings.rank("xp_weekly", of: ids[0], among: ids) == [1, 55, 2])
            // Sunday 15:30 UTC is Monday in Tokyo.
            host.clock.set(try instant("2026-11-22T15:30:00Z"))
            #expect(try await players[1].complete(habits[1]).status == 201)
            #expect(try await rankings.top("xp_weekly", among: ids).map(\.value) == [55, 30])
            host.clock.set(try instant("2026-11-23T00:00:00Z"))
            #expect(try await rankings.top("xp_weekly", among: ids).map(\.value) == [0, 0])
            #expect(try await players[0].complete(habits[0]).status == 201)
            let week = try await rankings.top("xp_weekly", among: ids)
            #expect(week.map(\.user) == ids && week.map(\.rank) == [1, 2] && week[0].value > 0 && week[1].value == 0)
            #expect(try await rankings.top("xp_monthly", among: ids).map(\.value) == [55 + week[0].value, 30])
            // What was taken back does not make a later week negative.
            host.clock.set(try instant("2026-12-01T00:00:00Z"))
            let id = try #require(friday.json["id"]?.string)
            #expect(try await players[0].delete("/api/completions/\(id)").status == 204)
            #expect(try await rankings.top("xp_monthly", among: ids).map(\.value) == [0, 0])

            let refused = try await rankings.ask("top", ["metric": "xp_weekly"])
            #expect(refused.status == 400 && refused.json["code"] == "among_required")
            #expect(try await rankings.top("xp", among: []) == [])
        }
    }

    @Test func `fights that are won rank, folded and not, and a recount finds them`() async throws {
        try await duel("combat_cooldown_minutes = 0", beside: "service-caller") { host, ada, bob in
            let rankings = try await Rankings(host, [ada.client, bob.client])
            for wins in 1...3 {
                // A warrior always beats a mage.
                _ = try await ada.challenge(bob)
                #expect(try await rankings.rank("pvp", of: ada.id) == [1, wins, 1])
                #expect(try await rankings.rank("pvp", of: bob.id) == [0, 0, 1])
                #expect(try await rankings.top("pvp") == [.init(user: ada.id, value: wins, rank: 1)])
                let both = try await rankings.top("pvp", among: [ada.id, bob.id])
                #expect(both.map(\.value) == [wins, 0] && both.map(\.rank) == [1, 2])
                if wins == 2 { #expect(try await host.folded()) }
            }
            let admin = try await host.administrator("root", TestClient(host))
            let wasWrong = try await host.recounted(by: admin)
            #expect(!wasWrong)
            try await host.sql("DELETE FROM rpg_rank_counts WHERE metric = 'pvp'")
            let isFound = try await host.recounted(by: admin)
            #expect(isFound)
            #expect(try await rankings.rank("pvp", of: ada.id) == [1, 3, 1])
        }
    }

    @Test func `a completion costs one statement for all rankings`() async throws {
        try await ranked(["ada"]) { host, players, _ in
            let habit = try await players[0].habit()
            let statements = try await host.statements.during {
                let status = try await players[0].complete(habit).status
                #expect(status == 201)
            }
            #expect(statements.count { $0.contains("rpg_rank_") } == 1)
        }
    }
}

/// Numbers by chance, the same ones in each run.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// 0 to one less than the bound.
    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
