import HearthHost
import HearthJSON
import NIOHTTP1
import Testing

/// Challenges and fights: consent, stakes, what a fight brings, and that each can be replayed.
struct RPGCombatTests {
    @Test func `a challenge without a bet is fought at once, and its log follows from the seed and the fighters`() async throws {
        try await duel { _, ada, bob in
            let made = try await ada.challenge(bob)
            #expect(made.status == 201 && made.json["success"] == true && made.json["status"] == "completed", "\(made.body)")
            let combat = try await ada.combat(made)
            let asBob = try await bob.combat(made)
            #expect(combat == asBob)
            #expect(combat["status"] == "completed" && combat["bet_coins"] == 0 && combat["cancellation"] == .null)
            #expect(combat["challenger"]?["user_id"]?.string == ada.id && combat["challenger"]?["username"] == "ada")
            #expect(combat["defender"]?["character_class"] == "mage" && combat["defender"]?["max_hp"] == 140)

            let replay = try #require(Replay(of: combat))
            #expect(combat["combat_log"] == replay.log)
            #expect(combat["total_turns"]?.int == combat["combat_log"]?.count)
            #expect(combat["challenger"]?["final_hp"]?.int == replay.challengerHP)
            #expect(combat["defender"]?["final_hp"]?.int == replay.defenderHP)
            let winner = try #require(combat["winner_id"]?.string)
            #expect(winner == (replay.challengerHP > replay.defenderHP ? ada.id : bob.id))
            #expect(combat["winner_xp_reward"] == 50 && combat["winner_coins_reward"] == 25)
            let (won, lost) = winner == ada.id ? (ada, bob) : (bob, ada)
            #expect(try await won.flows() == ["xp wallet": 50, "xp combats": -50, "coins wallet": 25, "coins combats": -25])
            #expect(try await lost.flows() == ["xp wallet": 10, "xp combats": -10])

            let seen = try await lost.client.get("/api/combat/history").json[0]
            #expect(seen?["won"] == false && seen?["xp_earned"] == 10 && seen?["coins_earned"] == 0)
            #expect(seen?["is_challenger"]?.bool == (lost.id == ada.id) && seen?["id"] == combat["id"])
            let record = try await won.client.get("/api/combat/stats").json
            #expect(record["total_battles"] == 1 && record["wins"] == 1 && record["win_rate"]?.double == 100)
            #expect(record["current_win_streak"] == 1 && record["best_win_streak"] == 1 && record["nemesis"] == .null)
            #expect(record["total_xp_earned"] == 50 && record["total_coins_earned"] == 25)
            let other = try await lost.client.get("/api/combat/stats").json
            #expect(other["losses"] == 1 && other["win_rate"]?.double == 0 && other["current_win_streak"] == 0)
            #expect(other["nemesis"]?.string == won.character)
            #expect(other["favorite_class_to_fight"]?.string == (won.id == ada.id ? "warrior" : "mage"))

            let again = try await bob.challenge(ada)
            #expect(again.detail == "You can fight this user again at 2026-11-20T13:00:00.000000Z")
            let english = try await ada.client.send(
                .GET, "/api/combat/\(made.json["combat_id"]?.string ?? "")", headers: ["Accept-Language": "en"])
            let sentence = english.json["combat_log"]?[0]?["message"]?.string ?? ""
            #expect(sentence.contains("damage") || sentence.contains("dodges"))
            // What one has chosen for oneself counts where the client has no wish.
            #expect(try await ada.client.put("/api/users/me", ["language": "en"]).status == 200)
            let chosen = try await ada.client.get("/api/combat/\(made.json["combat_id"]?.string ?? "")")
            #expect(chosen.json["combat_log"] == english.json["combat_log"])
        }
    }

    @Test func `a bet waits for consent, and coins that are recorded are coins that moved`() async throws {
        try await duel { _, ada, bob in
            try await ada.earn(60)
            try await bob.earn(60)
            let made = try await ada.challenge(bob, bet: 40, message: "En garde")
            #expect(made.json["status"] == "pending" && made.json["message"] == "Challenge sent to Bob")
            #expect(try await ada.coins() == 20)
            #expect(try await bob.coins() == 60)
            #expect(try await ada.flows() == ["coins wallet": -40, "coins escrow": 40])
            #expect(try await ada.combat(made)["combat_log"] == [])
            #expect(try await ada.client.get("/api/combat/pending").json == [])
            let pending = try await bob.client.get("/api/combat/pending").json
            #expect(pending.count == 1 && pending[0]?["id"] == made.json["combat_id"] && pending[0]?["message"] == "En garde")
            #expect(pending[0]?["challenger_name"] == "Ada" && pending[0]?["challenger_level"] == 1)
            #expect(pending[0]?["expires_at"] == "2026-11-21T12:00:00.000000Z")
            for (who, whom) in [(ada, bob), (bob, ada)] {
                let second = try await who.challenge(whom)
                #expect(second.detail == "You already have a pending challenge with this user")
            }
            #expect(try await ada.answer(made, "accept").status == 403)
            #expect(try await bob.answer(made, "cancel").status == 403)
            #expect(try await ada.answer(made, "decline").status == 403)

            let fought = try await bob.answer(made, "accept")
            #expect(fought.status == 200 && fought.json["status"] == "completed", "\(fought.body)")
            #expect(try await bob.answer(made, "accept").json == fought.json)
            #expect(try await bob.answer(made, "decline").detail == "This challenge is not pending any more")
            #expect(try await ada.answer(made, "cancel").status == 400)
            #expect(fought.json["combat_log"] == Replay(of: fought.json)?.log)
            let (won, lost) = fought.json["winner_id"]?.string == ada.id ? (ada, bob) : (bob, ada)
            #expect(fought.json["winner_coins_reward"] == 65)
            #expect(try await won.coins() == 125)
            #expect(try await lost.coins() == 20)
            #expect(
                try await won.flows()
                    == ["xp wallet": 50, "xp combats": -50, "coins wallet": 65, "coins combats": -65, "coins escrow": 0])
            #expect(
                try await lost.flows()
                    == ["xp wallet": 10, "xp combats": -10, "coins wallet": -40, "coins combats": 40, "coins escrow": 0])
            let record = try await lost.client.get("/api/combat/stats").json
            #expect(record["total_coins_lost"] == 40 && record["total_coins_earned"] == 0)
        }
    }

    @Test func `the stake in a challenge of somebody who is erased comes back, once`() async throws {
        try await duel { host, ada, bob in
            try await ada.earn(60)
            let made = try await ada.challenge(bob, bet: 40)
            #expect(made.json["status"] == "pending")
            try await host.erase(bob.id)
            #expect(try await ada.coins() == 20)
            host.clock.advance(by: .seconds(24 * 3600 + 1))
            let isBack = try await eventually { try await ada.coins() == 60 }
            #expect(isBack)
            #expect(try await ada.flows() == ["coins wallet": 0, "coins escrow": 0])
            let admin = try await host.administrator("root", TestClient(host))
            let isDone = try await eventually {
                let jobs = try await admin.get("/api/admin/jobs?kind=rpg.expire_challenge").json["jobs"]
                return jobs?.each("state") == ["completed"]
            }
            #expect(isDone)
            #expect(try await ada.coins() == 60)
        }
    }

    @Test func `a stake comes back when the challenge is declined, withdrawn or expires, once`() async throws {
        try await duel { host, ada, bob in
            try await ada.earn(50)
            try await bob.earn(50)
            for (who, word, reason) in [(bob, "decline", "declined"), (ada, "cancel", "withdrawn")] {
                let made = try await ada.challenge(bob, bet: 50)
                #expect(try await ada.coins() == 0)
                for _ in 0..<2 {
                    let ended = try await who.answer(made, word)
                    #expect(ended.status == 200 && ended.json["status"] == "cancelled")
                    #expect(ended.json["cancellation"]?.string == reason)
                    #expect(try await ada.coins() == 50)
                }
                #expect(try await bob.answer(made, "accept").detail == "This challenge is not pending any more")
            }
            let made = try await ada.challenge(bob, bet: 50)
            host.clock.advance(by: .seconds(24 * 3600 + 1))
            let isBack = try await eventually { try await ada.coins() == 50 }
            #expect(isBack)
            #expect(try await ada.combat(made)["cancellation"] == "expired")
            #expect(try await bob.answer(made, "accept").status == 400)
            #expect(try await bob.client.get("/api/combat/pending").json == [])
            #expect(try await ada.flows() == ["coins wallet": 0, "coins escrow": 0])
            #expect(
                try await ada.client.get("/api/combat/history").json.each("status") == ["cancelled", "cancelled", "cancelled"])
            #expect(try await ada.client.get("/api/combat/stats").json["total_battles"] == 0)
        }
    }

    @Test func `who is open for a bet is not asked, as far as he is and has the coins`() async throws {
        try await duel("combat_cooldown_minutes = 0") { _, ada, bob in
            try await ada.earn(100)
            try await bob.earn(40)
            #expect(try await bob.client.get("/api/combat/settings").json == ["open_duels_up_to": 0])
            let opened = try await bob.client.put("/api/combat/settings", ["open_duels_up_to": 50])
            #expect(opened.json == ["open_duels_up_to": 50])
            #expect(try await bob.client.put("/api/combat/settings", ["open_duels_up_to": 1001]).status == 422)
            for bet in [45, 51] {
                let made = try await ada.challenge(bob, bet: bet)
                #expect(made.json["status"] == "pending")
                #expect(try await ada.answer(made, "cancel").status == 200)
            }
            let fought = try await ada.challenge(bob, bet: 40)
            #expect(fought.json["status"] == "completed", "\(fought.status) \(fought.body)")
            let isAdas = try await ada.combat(fought)["winner_id"]?.string == ada.id
            #expect(try await [ada.coins(), bob.coins()] == (isAdas ? [165, 0] : [60, 105]))
            #expect(try await bob.client.get("/api/combat/settings").json == ["open_duels_up_to": 50])
        }
    }

    @Test func `equal shares of life are a draw, which returns both stakes`() async throws {
        // Blows of 1 and hardly ever dodged: most of these fights end with equal shares.
        let weak: JSONValue = ["strength": 1, "vitality": 1, "agility": 1, "intelligence": 1, "luck": 1]
        try await duel("combat_cooldown_minutes = 0\ncombat_challenges_per_day = 1000", stats: weak) { _, ada, bob in
            try await ada.earn(100)
            try await bob.earn(100)
            var draws = 0
            for _ in 0..<30 where draws < 2 {
                let before = try await [ada.coins(), bob.coins()]
                let made = try await ada.challenge(bob, bet: 1)
                let fought = try await bob.answer(made, "accept").json
                let after = try await [ada.coins(), bob.coins()]
                switch fought["winner_id"]?.string {
                case nil:
                    draws += 1
                    #expect(after == before && fought["winner_xp_reward"] == 0 && fought["winner_coins_reward"] == 0)
                    #expect(fought["total_turns"] == 50)
                case ada.id: #expect(after == [before[0] + 26, before[1] - 1])
                default: #expect(after == [before[0] - 1, before[1] + 26])
                }
            }
            #expect(draws == 2)
            #expect(try await ada.client.get("/api/combat/stats").json["draws"] == 2)
        }
    }

    @Test func `the preview tells the odds, the same each time, and fights nothing`() async throws {
        try await duel { _, ada, bob in
            let preview = try await ada.client.get("/api/combat/preview/\(bob.id)")
            #expect(preview.status == 200, "\(preview.body)")
            let odds = ["win_probability", "draw_probability", "loss_probability"].map { preview.json[$0]?.double ?? -1 }
            #expect(odds.allSatisfy { (0...1).contains($0) } && abs(odds.reduce(0, +) - 1) < 1e-9)
            // A warrior against a mage.
            #expect(odds[0] > 0.9 && preview.json["available_at"] == .null)
            #expect(try await ada.client.get("/api/combat/preview/\(bob.id)").json == preview.json)
            #expect(try await bob.client.get("/api/combat/preview/\(ada.id)").json["loss_probability"]?.double ?? 0 > 0.9)
            #expect(try await ada.client.get("/api/combat/history").json == [])
            #expect(try await ada.challenge(bob).status == 201)
            let later = try await ada.client.get("/api/combat/preview/\(bob.id)").json
            #expect(later["available_at"] == "2026-11-20T13:00:00.000000Z")
        }
    }

    @Test func `what cannot be fought is refused in the words that clients know`() async throws {
        try await duel("combat_challenges_per_day = 1") { host, ada, bob in
            let nobody = "00000000-0000-4000-8000-000000000000"
            let eve = try await TestClient(host).registered("eve")
            let eveID = try #require(try await eve.get("/api/auth/me").json["id"]?.string)
            for path in ["challenge", "preview"] {
                func ask(_ id: String, by client: TestClient) async throws -> TestClient.Answer {
                    let path = "/api/combat/\(path)/\(id)"
                    return path.contains("preview") ? try await client.get(path) : try await client.post(path, [:])
                }
                #expect(try await ask(ada.id, by: ada.client).detail == "You cannot challenge yourself")
                let unknown = try await ask(nobody, by: ada.client)
                #expect(unknown.status == 404 && unknown.detail == "User not found")
                let without = try await ask(ada.id, by: eve)
                #expect(without.status == 400 && without.detail == "Character required. Please complete onboarding first.")
                #expect(try await ask(eveID, by: ada.client).detail == "Opponent has no character")
            }
            for path in ["history", "pending", "stats", nobody] {
                let refused = try await eve.get("/api/combat/\(path)")
                #expect(refused.status == 400 && refused.detail == "Character required. Please complete onboarding first.")
            }
            let poor = try await ada.challenge(bob, bet: 1)
            #expect(poor.status == 400 && poor.detail == "Not enough coins. You have 0")
            #expect(try await ada.challenge(bob, bet: 1001).status == 422)
            #expect(try await ada.challenge(bob, bet: -1).status == 422)
            for (method, path) in [("GET", ""), ("POST", "/accept"), ("POST", "/decline"), ("POST", "/cancel")] {
                let missing = try await ada.client.send(.init(rawValue: method), "/api/combat/\(nobody)\(path)")
                #expect(missing.status == 404 && missing.detail == "Combat not found")
            }
            let made = try await ada.client.post("/api/combat/challenge", ["defender_id": .string(bob.id), "bet_coins": 0])
            #expect(made.status == 201 && made.json["status"] == "completed")
            #expect(try await eve.post("/api/characters/", ["name": "Eve", "character_class": "paladin"]).status == 201)
            let stranger = try await eve.get("/api/combat/\(made.json["combat_id"]?.string ?? "")")
            #expect(stranger.status == 403 && stranger.detail == "You can only view combats you participated in")
            let third = try await ada.client.post("/api/combat/challenge/\(eveID)", [:])
            #expect(third.detail == "You can make 1 challenges a day")
            host.clock.advance(by: .seconds(86_400))
            #expect(try await ada.client.post("/api/combat/challenge/\(eveID)", [:]).status == 201)
        }
    }

    @Test func `the level from which on users fight is the operator's to set`() async throws {
        try await duel("combat_level = 2") { _, ada, bob in
            #expect(try await ada.challenge(bob).detail == "You need to be level 2 to fight")
            try await ada.earn(180)
            #expect(try await ada.challenge(bob).detail == "Opponent needs to be level 2 to fight")
            try await bob.earn(180)
            #expect(try await ada.challenge(bob).status == 201)
        }
    }

    @Test func `reading needs the same statements after one fight and after ten`() async throws {
        try await duel("combat_cooldown_minutes = 0") { host, ada, bob in
            func counts() async throws -> [Int] {
                let made = try await ada.challenge(bob)
                var counts: [Int] = []
                let id = try #require(made.json["combat_id"]?.string)
                for path in ["history", "pending", "stats", "preview/\(bob.id)", id] {
                    let statements = try await host.statements.during {
                        let status = try await ada.client.get("/api/combat/\(path)").status
                        #expect(status == 200)
                    }
                    counts.append(statements.count { $0.contains("rpg_") })
                }
                return counts
            }
            let few = try await counts()
            for _ in 0..<8 { _ = try await ada.challenge(bob) }
            let many = try await counts()
            #expect(few == [2, 2, 4, 9, 2] && many == few)
            #expect(try await ada.client.get("/api/combat/history?per_page=4&page=2").json.count == 4)
            #expect(try await ada.client.get("/api/combat/history?per_page=4&page=3").json.count == 2)
        }
    }

    @Test func `wins earn badges, and so do wins in a row`() async throws {
        try await duel("combat_cooldown_minutes = 0") { _, ada, bob in
            func badges(of duelist: Duelist) async throws -> Set<String> {
                let unlocked = try await duelist.client.get("/api/badges/unlocked").json.elements.compactMap { $0["badge"] }
                let paid = unlocked.reduce(0) { $0 + ($1["xp_reward"]?.int ?? 0) }
                let fights = try await duelist.client.get("/api/combat/stats").json["total_xp_earned"]?.int ?? -1
                #expect(try await duelist.client.standing()[1] == fights + paid)
                return Set(unlocked.filter { $0["condition_type"] == "combat_wins" }.compactMap { $0["code"]?.string })
            }
            for earned in [["first_victory"], ["first_victory"], ["first_victory", "win_streak_3"]] {
                // A warrior always beats a mage.
                let made = try await bob.challenge(ada)
                #expect(try await ada.combat(made)["winner_id"]?.string == ada.id)
                #expect(try await badges(of: ada) == Set(earned))
            }
            for _ in 0..<2 { _ = try await ada.challenge(bob) }
            #expect(try await badges(of: ada) == ["first_victory", "win_streak_3", "wins_5", "win_streak_5"])
            #expect(try await badges(of: bob) == [])
        }
    }
}
