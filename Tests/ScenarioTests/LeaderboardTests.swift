import HearthHost
import HearthJSON
import Testing

/// Leaderboards of the contract and of the web client.
struct LeaderboardTests {
    private static let contract = [
        "xp/weekly": ("xp_weekly", "week"), "xp/monthly": ("xp_monthly", "month"), "completion": ("completion", "month"),
        "streak": ("streak", "all_time"), "pvp": ("pvp", "all_time"),
    ]

    @Test func `where nobody ranks the leaderboards are empty`() async throws {
        try await product(plugins: ["social": ""]) { _, client in
            let (ada, bob) = (try await client.person("ada"), try await client.person("bob"))
            try await ada.befriend(bob)
            for (path, (type, range)) in Self.contract {
                let answer = try await ada.client.get("/api/leaderboard/\(path)")
                #expect(
                    answer.json == [
                        "leaderboard_type": .string(type), "time_range": .string(range), "entries": [], "user_rank": .null,
                        "total_participants": 0, "updated_at": "2026-11-20T12:00:00.000000Z",
                    ], "\(path)")
            }
            for type in ["xp", "streak", "level"] {
                for scope in ["global", "friends"] {
                    let board = try await ada.client.get("/api/leaderboard?type=\(type)&scope=\(scope)")
                    #expect(
                        board.json == [
                            "type": .string(type), "scope": .string(scope), "entries": [], "user_rank": .null,
                            "total_participants": 0,
                        ])
                    let own = try await ada.client.get("/api/leaderboard/me?type=\(type)&scope=\(scope)")
                    #expect(
                        own.json == [
                            "type": .string(type), "scope": .string(scope), "rank": .null, "value": 0, "total_participants": 0,
                        ])
                }
            }
            #expect(
                try await ada.client.get("/api/leaderboard?type=coins&scope=all&limit=101&offset=-1").violations == [
                    "query.limit less_than_equal", "query.offset greater_than_equal", "query.scope enum", "query.type enum",
                ])
            #expect(try await client.get("/api/leaderboard").status == 401)
        }
    }
    @Test func `friends are ranked by what they have completed, who had nothing to do is not`() async throws {
        try await product(plugins: ["habits": "", "social": "", "stats": ""]) { _, client in
            let (ada, bob, eve) = (
                try await client.person("ada"), try await client.person("bob"), try await client.person("eve")
            )
            try await ada.befriend(bob)
            try await ada.befriend(eve)
            let done = try await ada.client.habit()
            _ = try await ada.client.habit()
            var little = ""
            for _ in 0..<4 { little = try await bob.client.habit() }
            #expect(try await ada.client.complete(done).status == 201)
            #expect(try await bob.client.complete(little).status == 201)
            var board = JSONValue.null
            let isRanked = try await eventually {
                board = try await bob.client.get("/api/leaderboard/completion").json
                return board["entries"]?[0]?["score"] == 50 && board["entries"]?[1]?["score"] == 25
            }
            #expect(isRanked, "\(board.text)")
            #expect(board["entries"]?.each("username") == ["ada", "bob"])
            #expect(board["entries"]?.each("metric_value") == [50.0, 25.0])
            #expect(board["entries"]?.each("metric_label") == ["Completion %", "Completion %"])
            #expect(board["user_rank"] == 2 && board["total_participants"] == 2)
            let own = try await eve.client.get("/api/leaderboard/completion").json
            #expect(own["entries"]?.each("username") == ["ada"] && own["user_rank"] == .null)
        }
    }
}
