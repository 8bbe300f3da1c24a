import HearthHost
import HearthJSON
import Testing

/// Badges: earned once, paid, kept, shown.
struct RPGBadgesTests {
    @Test func `a badge is earned once, brings its experience, and stays when what earned it is undone`() async throws {
        try await game { _, ada in
            let habit = try await ada.habit(["difficulty": "hard"])
            let answer = try await ada.complete(habit)
            #expect(
                answer.json["result"]?["badges_earned"] == ["first_habit", "vendredi_libre"] && answer.json["xp_earned"] == 20)
            #expect(try await ada.standing() == [1, 55, 10, 1, 1])
            let id = try #require(answer.json["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
            #expect(try await ada.standing() == [1, 35, 0, 0, 0])
            let again = try await ada.complete(habit)
            #expect(again.json["result"]?["badges_earned"] == [])
            #expect(try await ada.standing() == [1, 55, 10, 1, 1])
            let ledger = try await ada.get("/api/characters/me/ledger").json.elements
            #expect(ledger.filter { $0["from_account"] == "badges" }.map { $0["amount"] } == [25, 10])
            let unlocked = try await ada.get("/api/badges/unlocked").json
            #expect(unlocked.each("is_unlocked") == [true, true] && unlocked[0]?["badge"]?["code"] == "first_habit")
        }
    }

    @Test func `weeks of completions earn badges of streaks, hours, days and numbers`() async throws {
        try await game { host, ada in
            // To seven in the morning.
            host.clock.advance(by: .seconds(19 * 3600))
            let habit = try await ada.habit()
            var earned: [[String]] = []
            for _ in 0..<14 {
                let badges = try await ada.complete(habit).json["result"]?["badges_earned"]?.elements ?? []
                earned.append(badges.compactMap(\.string).sorted())
                host.clock.advance(by: .seconds(86_400))
            }
            // Saturday, Sunday, …
            #expect(earned[0] == ["early_bird", "first_habit"] && earned[1] == ["weekend_warrior"] && earned[2] == [])
            #expect(earned[6] == ["streak_week", "vendredi_libre"])
            #expect(earned[9] == ["completions_10", "early_bird_10"])
            #expect(earned[13].contains("streak_2weeks"))
            let collection = try await ada.get("/api/badges/collection").json
            // Who looks at his badges is given those that others have to be asked about: this is his only habit.
            #expect(collection["unlocked_count"]?.int == earned.joined().count + 1)
            #expect(collection["recent_unlocks"]?.count == 5 && collection["rarest_badge"]?["badge"]?["rarity"] == "rare")
            let unlocked = try await ada.get("/api/badges/unlocked").json.elements
            let paid = unlocked.reduce(0) { $0 + ($1["badge"]?["xp_reward"]?.int ?? 0) }
            let ledger = try await ada.get("/api/characters/me/ledger?limit=100").json.elements
            let sum = ledger.reduce(0) { $0 + ($1["from_account"] == "badges" ? $1["amount"]?.int ?? 0 : 0) }
            #expect(sum == paid)
        }
    }

    @Test func `secret badges are hidden until they are there, and rarities are the five that clients know`() async throws {
        try await game { host, ada in
            let all = try await ada.get("/api/badges/").json.elements
            let rarities = Set(all.compactMap { $0["badge"]?["rarity"]?.string })
            #expect(rarities == ["common", "uncommon", "rare", "epic", "legendary"])
            #expect(all.allSatisfy { $0["badge"]?["is_secret"] == false } && all.contains { $0["badge"]?["is_seasonal"] == true })
            #expect(try await ada.get("/api/badges/collection").json["total_badges"]?.int == all.count)
            #expect(try await ada.get("/api/badges/?include_secret=true").json.count == all.count)
            let streaks = try await ada.get("/api/badges/?category=streak&rarity=epic").json
            #expect(streaks.elements.map { $0["badge"]?["code"] } == ["streak_2months", "streak_quarter"])
            #expect(try await ada.get("/api/badges/?unlocked_only=true").json == [])

            // Back after two weeks.
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status == 201)
            host.clock.advance(by: .seconds(14 * 86_400))
            #expect(try await ada.complete(habit).json["result"]?["badges_earned"] == ["comeback_kid"])
            #expect(try await ada.get("/api/badges/?include_secret=true").json.count == all.count + 1)
            #expect(try await ada.get("/api/badges/").json.count == all.count)
            let secret = try await ada.get("/api/badges/unlocked").json[0]?["badge"]
            #expect(secret?["code"] == "comeback_kid")
            let id = try #require(secret?["id"]?.string)
            #expect(try await ada.get("/api/badges/\(id)").json["unlock_percentage"]?.double == 100)
            let grace = try await TestClient(host).registered("grace")
            #expect(try await grace.get("/api/badges/\(id)").status == 404)
        }
    }

    @Test func `up to three badges are displayed, in the order of the choice`() async throws {
        try await game { host, ada in
            let all = try await ada.get("/api/badges/").json.elements
            let locked = try #require(all.first { $0["badge"]?["code"] == "streak_year" }?["badge"]?["id"]?.string)
            for number in 0..<5 {
                #expect(try await ada.complete(try await ada.habit(["title": .string("h\(number)")])).status == 201)
            }
            let ids = try await ada.get("/api/badges/unlocked").json.elements.compactMap { $0["badge"]?["id"]?.string }
            try #require(ids.count >= 2)
            func display(_ ids: [String]) async throws -> TestClient.Answer {
                try await ada.post("/api/badges/display", ["badge_ids": .array(ids.map { .string($0) })])
            }
            let shown = try await display([ids[1], ids[0], ids[1]])
            #expect(shown.status == 200 && shown.json["displayed_badges"]?.each("display_position") == [1, 2])
            #expect(shown.json["displayed_badges"]?[0]?["badge"]?["id"]?.string == ids[1])
            let refused = try await display([ids[0], locked])
            #expect(refused.status == 400 && refused.detail == "Badge \(locked) not unlocked")
            #expect(try await display(ids + ids + [locked, locked]).status == 422)
            #expect(try await ada.get("/api/badges/collection").json["displayed_badges"]?.count == 2)
            #expect(try await ada.get("/api/badges/\(ids[0])").json["is_displayed"] == true)
            #expect(try await display([]).json["displayed_badges"] == [])
        }
    }
}
