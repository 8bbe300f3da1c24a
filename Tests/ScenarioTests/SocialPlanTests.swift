import HearthHost
import HearthJSON
import TestServers
import Testing

/// What friends cost on PostgreSQL among many: the statements that the product runs, with the plans that they get.
@Suite(.enabled(if: TestEngine.current == .postgres, "plans are PostgreSQL's"))
struct SocialPlanTests {
    /// Among so many relations, of which nobody has more than a few, a page of a list touches only these.
    private static let mostPages = 100

    @Test func `each statement about friends looks only at those of one user, among two hundred thousand`() async throws {
        try await product(plugins: ["social": ""]) { host, client in
            for statement in Self.filling { try await host.sql(statement) }
            // As autovacuum does after a while: until then plans are those of tables that are empty.
            try await host.sql("ANALYZE")
            let (ada, bob, eve) = (
                try await client.person("ada"), try await client.person("bob"), try await client.person("eve")
            )
            try await ada.befriend(bob)
            let request = try await eve.ask(ada)
            #expect(try await ada.block(client.person("lou")) == 204)
            try await host.sql("VACUUM ANALYZE")

            let statements = try await host.statements.during {
                for path in [
                    "/friends/", "/friends/pending", "/friends/blocked", "/friends/search?q=bob", "/leaderboard?scope=friends",
                ] {
                    let status = try await ada.client.get("/api\(path)").status
                    #expect(status == 200, "\(path)")
                }
                let status = try await ada.client.post("/api/friends/accept/\(request)").status
                #expect(status == 200)
                try await ada.befriend(client.person("kim"))
                for friend in [bob, eve] {
                    let status = try await ada.client.delete("/api/friends/\(friend.id)").status
                    #expect(status == 204)
                }
            }
            let ours = Set(statements.filter { $0.contains("FROM social_relations") || $0.contains("UPDATE social_relations") })
            #expect(ours.count >= 10)
            let console = try await PostgresConsole(try #require(host.variables["DATABASE_URL"]))
            for (number, statement) in ours.sorted().enumerated() {
                try await console.run("PREPARE s\(number) AS \(statement)")
                let types = try await console.run(
                    "SELECT CAST(parameter_types AS text) FROM pg_prepared_statements WHERE name = 's\(number)'")[0][0]
                let values = types.dropFirst().dropLast().split(separator: ",").map { Self.value(of: $0, for: ada) }
                let arguments = values.isEmpty ? "" : "(\(values.joined(separator: ", ")))"
                for mode in ["force_generic_plan", "force_custom_plan"] {
                    try await console.run("SET plan_cache_mode = \(mode)")
                    let lines = try await console.run(
                        "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) EXECUTE s\(number)\(arguments)"
                    ).map { $0[0] }
                    let plan = lines.joined(separator: "\n")
                    let buffers = lines.first { $0.contains("Buffers: shared") } ?? ""
                    let pages = buffers.split(separator: " ").compactMap { word in
                        word.hasPrefix("hit=") || word.hasPrefix("read=") ? Int(word.drop { $0 != "=" }.dropFirst()) : nil
                    }
                    #expect(!plan.contains("Seq Scan on social_relations"), "\(mode): \(statement)\n\(plan)")
                    #expect(pages.reduce(0, +) <= Self.mostPages, "\(mode): \(statement)\n\(plan)")
                }
            }
        }
    }

    /// A value of a type: the statements concern one user, and limits that are no limits.
    private static func value(of type: Substring, for person: Person) -> String {
        switch type {
        case "uuid": "'\(person.id)'"
        case "bigint", "integer": "100"
        case "boolean": "false"
        case "text": "'pending'"
        default: "now()"
        }
    }

    /// Fifty thousand users, of whom each has asked his four neighbours: half are friends, one in ten blocks the other.
    private static let filling = [
        """
        INSERT INTO users (id, email, email_folded, username, username_folded, friend_code, created_at, updated_at)
        SELECT CAST(md5(CAST(n AS text)) AS uuid), n || '@s.example', n || '@s.example', 's' || n, 's' || n, 'S' || n, now(), now()
        FROM generate_series(1, 50000) AS n
        """,
        """
        INSERT INTO social_relations (low_id, high_id, id, status, requester_id, since, low_blocks, high_blocks)
        SELECT least(a, b), greatest(a, b), gen_random_uuid(), CASE n % 2 WHEN 0 THEN 'accepted' ELSE 'pending' END, a, now(),
            n % 10 = 0, FALSE
        FROM (
            SELECT n, CAST(md5(CAST(n AS text)) AS uuid) AS a, CAST(md5(CAST((n + d) % 50000 + 1 AS text)) AS uuid) AS b
            FROM generate_series(1, 50000) AS n CROSS JOIN generate_series(1, 4) AS d
        ) AS pairs
        WHERE a <> b ON CONFLICT DO NOTHING
        """,
    ]
}
