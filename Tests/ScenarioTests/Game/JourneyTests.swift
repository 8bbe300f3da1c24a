import HearthHost
import HearthJSON
import TestServers
import Testing

/// What somebody does with the habit tracker over weeks, with everything that is shipped, and with each plugin left out in turn:
/// what remains works as it does with it.
struct JourneyTests {
    /// 2027-03-15 06:00 UTC, a Monday; Paris sets its clocks forward on the 28th.
    private static let start: Int64 = 1_805_090_400_000_000

    @Test(.timeLimit(.minutes(10)), arguments: [nil] + Shipped.ids.map { Optional($0) })
    func `somebody plays for three weeks`(without absent: String?) async throws {
        let present = Shipped.ids.filter { $0 != absent }
        let host = try await TestHost.start(tables: present.map { ($0, "") }, clock: ManualClock(now: Self.start))
        let result: Result<Void, any Error>
        do {
            result = .success(try await Journey(host: host, present: Set(present)).run())
        } catch {
            result = .failure(error)
        }
        try await host.stop()
        try await TestDatabase.drop(for: host.dataFolder)
        let failures = host.log.all.filter { $0.hasPrefix("error ") || $0.hasPrefix("critical ") }
        #expect(failures == [])
        try result.get()
    }
}

/// The steps.
private struct Journey {
    let host: TestHost
    let present: Set<String>
    let ada: TestClient
    let bob: TestClient

    init(host: TestHost, present: Set<String>) async throws {
        self.host = host
        self.present = present
        var client = TestClient(host)
        client.refusesFailures = true
        ada = try await client.registered("ada")
        bob = try await client.registered("bob")
        for user in [ada, bob] { try await user.move(to: "Europe/Paris") }
    }

    func run() async throws {
        let has = (habits: present.contains("habits"), rpg: present.contains("rpg"))
        if has.rpg { try await makeCharacters() }
        if has.habits { try await keepHabits(days: 21) }
        if has.rpg, has.habits { try await shop() }
        if present.contains("social") { try await befriend() }
        if present.contains("social"), has.rpg, has.habits {
            try await fight()
            try await compare()
        }
        if present.contains("stats") { try await lookBack() }
    }

    private func id(of user: TestClient) async throws -> String {
        try #require(try await user.get("/api/auth/me").json["id"]?.string)
    }

    private func makeCharacters() async throws {
        for (user, name) in [(ada, "Ada"), (bob, "Bob")] {
            let made = try await user.post("/api/characters/", ["name": .string(name), "character_class": "warrior"])
            #expect(made.status == 201, "\(made.body)")
        }
    }

    /// Three habits a day, through the change of the clocks, which breaks no streak.
    private func keepHabits(days: Int) async throws {
        var habits: [String] = []
        for title in ["Read", "Run", "Rest"] { habits.append(try await ada.habit(["title": .string(title)])) }
        for day in 1...days {
            for habit in habits { #expect(try await ada.streak(completing: habit) == day) }
            let again = try await ada.complete(habits[0])
            #expect(again.status == 400)
            if day < days { host.clock.advance(by: .seconds(86_400)) }
        }
        let me = try await ada.get("/api/auth/me").json
        let hasRisen = (me["level"]?.int ?? 1) > 1
        #expect(hasRisen == present.contains("rpg"))
    }

    private func shop() async throws {
        let before = try await ada.get("/api/characters/me").json
        #expect(before["streak"] == 21 && (before["level"]?.int ?? 0) >= 2)
        let unlocked = try await ada.get("/api/badges/unlocked").json
        #expect(unlocked.count > 0)
        let item = try #require(
            try await ada.get("/api/shop/items?max_price=60&category=weapon").json["items"]?.elements
                .first { $0["can_afford"] == true })
        let id = try #require(item["id"]?.string)
        #expect(try await ada.post("/api/shop/buy/\(id)").status == 200)
        #expect(try await ada.post("/api/shop/buy/\(id)").status == 400)
        let owned = try await ada.get("/api/inventory/").json
        let inventory = try #require(owned["items"]?.elements.first { $0["name"] == item["name"] }?["id"]?.string)
        #expect(try await ada.post("/api/inventory/equip/\(inventory)").status == 200)
        #expect(try await ada.get("/api/inventory/equipped").json["weapon"]?["name"] == item["name"])
        let after = try await ada.get("/api/characters/me").json
        #expect(after["coins"]?.int == (before["coins"]?.int ?? 0) - (item["price"]?.int ?? 0))
    }

    private func befriend() async throws {
        let code = try #require(try await bob.get("/api/friends/code").json["friend_code"]?.string)
        let asked = try await ada.post("/api/friends/code/\(code)")
        #expect(asked.status == 201 && !asked.body.contains("@example.com"), "\(asked.body)")
        let incoming = try await bob.get("/api/friends/pending").json["incoming"]
        let request = try #require(incoming?[0]?["id"]?.string)
        #expect(try await bob.post("/api/friends/accept/\(request)").status == 200)
        for user in [ada, bob] {
            let friends = try await user.get("/api/friends/").json
            #expect(friends.count == 1 || friends["friends"]?.count == 1, "\(friends.text)")
        }
    }

    /// With a bet that bob accepts: coins only change hands.
    private func fight() async throws {
        func coins(_ user: TestClient) async throws -> Int {
            try await user.get("/api/characters/me").json["coins"]?.int ?? 0
        }
        let bobsHabit = try await bob.habit()
        #expect(try await bob.complete(bobsHabit).status == 201)
        let before = (ada: try await coins(ada), bob: try await coins(bob))
        let (adasID, bobsID) = (try await id(of: ada), try await id(of: bob))
        let preview = try await ada.get("/api/combat/preview/\(bobsID)")
        #expect(preview.status == 200, "\(preview.body)")
        let challenge = try await ada.post("/api/combat/challenge/\(bobsID)", ["bet_coins": 1])
        #expect(challenge.status == 201, "\(challenge.body)")
        let open = try await bob.get("/api/combat/pending").json
        let combat = try #require((open.count > 0 ? open[0] : open["incoming"]?[0])?["id"]?.string, "\(open.text)")
        #expect(try await bob.post("/api/combat/\(combat)/accept").status == 200)
        let fought = try await ada.get("/api/combat/\(combat)").json
        let after = (ada: try await coins(ada), bob: try await coins(bob))
        let change = (ada: after.ada - before.ada, bob: after.bob - before.bob)
        switch fought["winner_id"]?.string {
        case adasID: #expect(change.ada > 0 && change.bob == -1)
        case bobsID: #expect(change.bob > 0 && change.ada == -1)
        default: #expect(change == (0, 0))
        }
        #expect((fought["total_turns"]?.int ?? 51) <= 50)
    }

    private func compare() async throws {
        let friends = try await ada.get("/api/leaderboard/streak").json
        #expect(friends["entries"]?.each("username") == ["ada", "bob"] && friends["user_rank"] == 1, "\(friends.text)")
        let weekly = try await bob.get("/api/leaderboard/xp/weekly").json
        #expect(weekly["user_rank"] == 2 && weekly["total_participants"] == 2, "\(weekly.text)")
        let own = try await bob.get("/api/leaderboard/me?type=xp&scope=friends").json
        #expect(own["rank"] == 2, "\(own.text)")
    }

    private func lookBack() async throws {
        let expected = present.contains("habits") ? 63 : 0
        let isCounted = try await eventually {
            // What could not be told at once is told again, and the host's clock stands still.
            host.clock.advance(by: .seconds(1))
            let month = try await ada.get("/api/stats/overview?time_range=month").json
            let year = try await ada.get("/api/stats/overview?time_range=all_time").json
            return year["total_completions"]?.int == expected && (month["total_completions"]?.int ?? -1) <= expected
        }
        #expect(isCounted)
    }
}
