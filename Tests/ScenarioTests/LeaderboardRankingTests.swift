import HearthHost
import HearthJSON
import Testing

/// Leaderboards of those who play: ranks are exact, and who is private keeps his place without his name.
struct LeaderboardRankingTests {
    private static let game: KeyValuePairs<String, String> = ["habits": "", "rpg": "", "social": ""]

    /// What each has done: `ada` most, `bob` and `eve` as much as each other, `lou` nothing but to make a friend, as all have.
    private struct Players {
        let ada, bob, eve, kim, lou: Person

        init(_ client: TestClient) async throws {
            ada = try await client.person("ada")
            bob = try await client.person("bob")
            eve = try await client.person("eve")
            kim = try await client.person("kim")
            lou = try await client.person("lou")
            for (person, count) in [(ada, 3), (bob, 2), (eve, 2), (kim, 1)] {
                for _ in 0..<count {
                    let answer = try await person.client.complete(try await person.client.habit())
                    #expect(answer.status == 201)
                }
            }
            let isPublic = try await bob.client.put("/api/users/me", ["is_public": true]).json["is_public"]
            #expect(isPublic == true)
            try await ada.befriend(eve)
            try await ada.befriend(lou)
            try await bob.befriend(kim)
            for person in [ada, bob, eve, kim, lou] {
                let badges = try await person.client.get("/api/badges/unlocked").json.each("badge")
                #expect(badges.contains { $0?["code"] == "first_friend" })
            }
            let character = try await ada.client.post(
                "/api/characters/", ["name": "Ada the Brave", "character_class": "warrior"])
            #expect(character.status == 201, "\(character.body)")
        }
    }

    private static func xp(_ person: Person) async throws -> Int {
        try #require(try await person.client.get("/api/auth/me").json["total_xp"]?.int)
    }

    @Test func `the board of all has everybody who has done something, and names those whom one may know`() async throws {
        try await product(plugins: Self.game) { _, client in
            let players = try await Players(client)
            let board = try await players.kim.client.get("/api/leaderboard?type=xp&scope=global").json
            let entries = board["entries"]?.elements ?? []
            #expect(entries.map { $0["rank"]?.int } == [1, 2, 2, 4, 5])
            let ada = try await Self.xp(players.ada)
            let bob = try await Self.xp(players.bob)
            let kim = try await Self.xp(players.kim)
            #expect(entries.map { $0["value"]?.int } == [ada, bob, bob, kim, 20])
            let names = entries.map { $0["username"]?.string ?? "" }
            #expect(names[0] == "Anonymous" && names[3] == "kim")
            #expect(Set(names[1...2]) == ["Anonymous", "bob"])
            let hidden = entries[0]
            for member in ["user_id", "avatar_url", "character_name", "character_class"] {
                #expect(hidden[member] == .null, "\(member)")
            }
            #expect(entries[3]["is_current_user"] == true && entries[0]["is_current_user"] == false)
            #expect(board["user_rank"] == 4 && board["total_participants"] == 5)

            // Her friend sees who she is.
            let seen = try await players.eve.client.get("/api/leaderboard").json["entries"]?[0]
            #expect(
                seen == [
                    "rank": 1, "user_id": .string(players.ada.id), "username": "ada", "avatar_url": .null,
                    "character_name": "Ada the Brave", "character_class": "warrior", "level": 1,
                    "value": .integer(Int64(ada)), "is_current_user": false, "is_friend": true,
                ])
            // A page in the middle, and one's own rank beyond it.
            let page = try await players.kim.client.get("/api/leaderboard?limit=2&offset=1").json
            #expect(page["entries"]?.each("rank") == [2, 2])
            #expect(page["user_rank"] == 4 && page["total_participants"] == 5)
        }
    }

    @Test func `one's own rank is that of the board, with everybody and among friends`() async throws {
        try await product(plugins: Self.game) { _, client in
            let players = try await Players(client)
            func own(_ person: Person, _ query: String) async throws -> [JSONValue?] {
                let answer = try await person.client.get("/api/leaderboard/me?\(query)").json
                return [answer["rank"], answer["value"], answer["total_participants"]]
            }
            let kim = try await Self.xp(players.kim)
            #expect(try await own(players.kim, "type=xp&scope=global") == [4, .integer(Int64(kim)), 5])
            #expect(try await own(players.kim, "type=xp&scope=friends") == [2, .integer(Int64(kim)), 2])
            #expect(try await own(players.lou, "type=xp&scope=global") == [5, 20, 5])
            // Level 1 have all who have experience, a streak of a day all who have completed something.
            #expect(try await own(players.kim, "type=level&scope=global") == [1, 1, 5])
            #expect(try await own(players.kim, "type=streak&scope=global") == [1, 1, 4])
            #expect(try await own(players.lou, "type=streak&scope=friends") == [2, 0, 2])
        }
    }

    @Test func `the leaderboards of the contract rank oneself and one's friends`() async throws {
        try await product(plugins: Self.game) { host, client in
            let players = try await Players(client)
            let (ada, eve) = (try await Self.xp(players.ada), try await Self.xp(players.eve))
            for path in ["xp/weekly", "xp/monthly"] {
                let board = try await players.eve.client.get("/api/leaderboard/\(path)").json
                let entries = board["entries"]?.elements ?? []
                #expect(entries.map { $0["username"]?.string } == ["ada", "eve"])
                #expect(entries.map { $0["score"]?.int } == [ada, eve])
                #expect(board["user_rank"] == 2 && board["total_participants"] == 2)
                #expect(
                    entries.first == [
                        "rank": 1, "user_id": .string(players.ada.id), "username": "ada", "avatar_url": .null, "level": 1,
                        "character_name": "Ada the Brave", "character_class": "warrior", "score": .integer(Int64(ada)),
                        "metric_value": .number(Double(ada)), "metric_label": "XP", "is_current_user": false, "is_friend": true,
                    ])
            }
            let streaks = try await players.ada.client.get("/api/leaderboard/streak").json
            #expect(Set(streaks["entries"]?.each("username").compactMap { $0?.string } ?? []) == ["ada", "eve", "lou"])
            #expect(streaks["entries"]?.each("rank") == [1, 1, 3])
            #expect(streaks["entries"]?[0]?["metric_label"] == "Streak Days")
            // Beyond the entries one still has one's rank.
            let first = try await players.lou.client.get("/api/leaderboard/streak?limit=1").json
            #expect(first["entries"]?.count == 1 && first["user_rank"] == 2)

            // Next week everybody begins anew; the month goes on.
            host.clock.advance(by: .seconds(4 * 86_400))
            let weekly = try await players.eve.client.get("/api/leaderboard/xp/weekly").json
            #expect(weekly["entries"]?.each("score") == [0, 0])
            let monthly = try await players.eve.client.get("/api/leaderboard/xp/monthly").json
            #expect(monthly["entries"]?.each("score") == [.integer(Int64(ada)), .integer(Int64(eve))])
        }
    }

    @Test func `who fights is ranked by the share of fights that were won, in the words that clients know`() async throws {
        try await product(plugins: ["habits": "", "rpg": "[plugins.rpg.settings]\ncombat_cooldown_minutes = 0", "social": ""]) {
            host, client in
            let strong: JSONValue = ["strength": 20, "vitality": 20, "agility": 5, "intelligence": 5, "luck": 5]
            let weak: JSONValue = ["strength": 5, "vitality": 5, "agility": 5, "intelligence": 5, "luck": 5]
            let ada = try await Duelist(on: host, "ada", "warrior", stats: strong)
            let bob = try await Duelist(on: host, "bob", "mage", stats: weak)
            let eve = try await Duelist(on: host, "eve", "mage", stats: weak)
            let people = [ada, bob, eve].map { Person(client: $0.client, id: $0.id) }
            try await people[0].befriend(people[1])
            try await people[0].befriend(people[2])
            // Who is strong always wins: eve loses once, bob twice.
            for (one, other) in [(ada, bob), (ada, bob), (ada, eve)] {
                let fought = try await one.challenge(other)
                #expect(fought.json["status"] == "completed", "\(fought.body)")
            }
            let board = try await ada.client.get("/api/leaderboard/pvp").json
            #expect(Set(board["entries"]?.each("username").compactMap { $0?.string } ?? []) == ["ada", "bob", "eve"])
            #expect(board["entries"]?[0]?["username"] == "ada" && board["entries"]?.each("rank") == [1, 2, 2])
            #expect(board["entries"]?.each("metric_value") == [100.0, 0.0, 0.0])
            #expect(board["entries"]?.each("score") == [100, 0, 0])
            let labels = Set(board["entries"]?.each("metric_label").compactMap { $0?.string } ?? [])
            #expect(labels == ["Win % (3W/3)", "Win % (0W/2)", "Win % (0W/1)"])
            #expect(board["user_rank"] == 1 && board["total_participants"] == 3)
            // Whoever has never fought has his place, too.
            let lou = try await client.person("lou")
            try await lou.befriend(people[1])
            let last = try await lou.client.get("/api/leaderboard/pvp").json
            #expect(last["entries"]?.each("rank") == [1, 1])
            #expect(last["entries"]?.each("metric_label").contains("Win % (0W/0)") == true)
        }
    }

    @Test func `a board needs the same statements with one friend and with thirty`() async throws {
        try await product(plugins: Self.game) { host, client in
            let ada = try await client.person("ada")
            // So long that oneself is in it: one's own rank beyond the list is a statement more.
            let paths = [
                "", "?scope=friends", "/me", "/me?scope=friends", "/xp/weekly?limit=100", "/xp/monthly?limit=100",
                "/streak?limit=100", "/pvp?limit=100",
            ]
            func counts() async throws -> [String: Int] {
                try await host.statements(reading: paths, below: "/api/leaderboard", by: ada.client)
            }
            func crowd(_ numbers: Range<Int>) async throws {
                for number in numbers {
                    let friend = try await client.person("friend\(number)")
                    try await friend.befriend(ada)
                    let answer = try await friend.client.complete(try await friend.client.habit())
                    #expect(answer.status == 201)
                }
            }
            try await crowd(0..<1)
            let few = try await counts()
            try await crowd(1..<30)
            let many = try await counts()
            #expect(many == few)
            #expect(
                few == [
                    "": 5, "?scope=friends": 4, "/me": 1, "/me?scope=friends": 2, "/xp/weekly?limit=100": 4,
                    "/xp/monthly?limit=100": 4, "/streak?limit=100": 4, "/pvp?limit=100": 4,
                ])
        }
    }
}
