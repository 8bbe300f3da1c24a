import Foundation
import HearthJSON
import TestServers
import Testing

/// What rankings cost on PostgreSQL among many: the statements that the product runs, with the plans that they get.
@Suite(.enabled(if: TestEngine.current == .postgres, "plans are PostgreSQL's"))
struct RankingPlanTests {
    private static let players = 200_000
    /// How many pages a rank may touch, of a million users.
    private static let mostPages = 200

    @Test func `a rank touches few pages and is right, wherever it is among two hundred thousand`() async throws {
        try await ranked(["ada"]) { host, players, rankings in
            for statement in Self.filling { try await host.sql(statement) }
            let wasWrong = try await host.recounted(by: try await host.administrator("root", TestClient(host)))
            #expect(wasWrong)
            try await host.sql("VACUUM ANALYZE")
            // As after a busy day: pages that not everybody sees whole, and moves that are not folded yet.
            try await host.sql("UPDATE rpg_players SET stat_points = 1 WHERE total_xp % 7 = 0")
            let habit = try await players[0].habit()
            #expect(try await players[0].complete(habit).status == 201)

            let console = try await PostgresConsole(try #require(host.variables["DATABASE_URL"]))
            try await console.run("PREPARE own AS \(try Self.pinned("rank")[0])")
            try await console.run("PREPARE top AS \(try Self.pinned("top")[0])")
            for mode in ["force_generic_plan", "force_custom_plan"] {
                try await console.run("SET plan_cache_mode = \(mode)")
                for place in [0, 10, 1000, 50_000, 100_000, 150_000, 199_000] {
                    let user = try await console.run(
                        "SELECT user_id, total_xp, ranked_streak FROM rpg_players ORDER BY total_xp DESC LIMIT 1 OFFSET \(place)"
                    )[0]
                    let plan = try await Self.plan("own('xp', 'xp', 'xp', 'xp', '\(user[0])', 'xp')", by: console)
                    #expect(plan.pages <= Self.mostPages, "\(mode) at \(place): \(plan.text)")
                    #expect(!plan.text.contains("Seq Scan on rpg_players") && !plan.text.contains("Seq Scan on rpg_rank_counts"))
                    for (metric, column, value) in [("xp", "total_xp", user[1]), ("streak", "ranked_streak", user[2])] {
                        let above = try await console.run("SELECT count(*) FROM rpg_players WHERE \(column) > \(value)")[0][0]
                        let rank = try await rankings.rank(metric, of: user[0])
                        let expected = value == "0" ? 0 : (Int(above) ?? 0) + 1
                        #expect(rank[0] == expected && rank[1] == Int(value))
                    }
                }
                let plan = try await Self.plan("top(20, 0)", by: console)
                #expect(plan.pages <= 60 && plan.text.contains("rpg_players_by_xp"), "\(mode): \(plan.text)")
            }
            // A page in the middle begins with the rank that its first user has.
            let page = try await rankings.top("level", limit: 3, offset: 9_000)
            let levels = try await console.run(
                "SELECT user_id, level, 1 + (SELECT count(*) FROM rpg_players q WHERE q.level > p.level) FROM rpg_players p "
                    + "ORDER BY level DESC, user_id LIMIT 3 OFFSET 9000")
            let found = page.map { [$0.user, "\($0.value)", "\($0.rank)"] }
            #expect(found == levels)
        }
    }

    @Test func `the product runs the statements whose plans are looked at`() async throws {
        try await ranked(["ada"]) { host, players, rankings in
            let id = try await players[0].id()
            let questions: [(String, () async throws -> Void)] = [
                ("rank", { _ = try await rankings.rank("xp", of: id) }), ("top", { _ = try await rankings.top("xp", limit: 20) }),
            ]
            for (name, question) in questions {
                let statements = try await host.statements.during(question)
                let ran = statements.filter { $0.contains("rpg_players") }.map(Self.flat)
                let expected = try Self.pinned(name)
                #expect(ran == expected)
            }
        }
    }

    /// The text of a plan, and how many pages it touched.
    private static func plan(_ call: String, by console: PostgresConsole) async throws -> (text: String, pages: Int) {
        let lines = try await console.run("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) EXECUTE \(call)").map { $0[0] }
        // The first line about buffers is that of the whole.
        let buffers = try #require(lines.first { $0.contains("Buffers: shared") })
        let pages = buffers.split(separator: " ").compactMap { word in
            word.hasPrefix("hit=") || word.hasPrefix("read=") ? Int(word.drop { $0 != "=" }.dropFirst()) : nil
        }
        return (lines.joined(separator: "\n"), pages.reduce(0, +))
    }

    /// The statements of a file, without remarks and line breaks.
    private static func pinned(_ name: String) throws -> [String] {
        let path = TestFolders.package + "/Tests/Bench/statements/\(name).sql"
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: ";\n").map { statement in
            flat(statement.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: " "))
        }
    }

    private static func flat(_ statement: String) -> String { statement.split { $0.isWhitespace }.joined(separator: " ") }

    /// Users whose experience is spread evenly over orders of magnitude up to 160,000, and whose streaks have up to 300 days.
    private static let filling = [
        """
        INSERT INTO users (id, email, email_folded, username, username_folded, friend_code, created_at, updated_at)
        SELECT gen_random_uuid(), n || '@b.example', n || '@b.example', 'b' || n, 'b' || n, 'B' || n, now(), now()
        FROM generate_series(1, \(players)) AS n
        """,
        """
        INSERT INTO rpg_players (user_id, total_xp, coins, coin_debt, level, rewarded_level, stat_points, current_streak,
            best_streak, xp_bucket, ranked_streak, streak_ends_at, created_at, updated_at)
        SELECT id, xp, 0, 0, 1 + xp / 5000, 1, 0, streak, streak, (dropped << 12) + (xp >> dropped), streak,
            timestamptz '2027-01-01', now(), now()
        FROM (
            SELECT id, xp, greatest(0, length(ltrim(CAST(CAST(xp AS bit(40)) AS text), '0')) - 13) AS dropped, streak FROM (
                SELECT id, CAST(exp(12.0 * (n * 7919 % \(players)) / \(players)) AS integer) AS xp,
                    greatest(0, n * 31 % 400 - 100) AS streak
                FROM (SELECT id, CAST(row_number() OVER (ORDER BY username) AS integer) AS n FROM users
                    WHERE username_folded LIKE 'b%') AS numbered
            ) AS earned
        ) AS counted
        """,
    ]
}
