import Foundation
import TestServers
import Testing

/// scripts/bench runs the statements of Tests/Bench/statements by pgbench, to compare: they must be what the product runs.
@Suite(.enabled(if: TestEngine.current == .postgres, "pgbench measures PostgreSQL"))
struct PinnedStatementsTests {
    /// The statements of a file, without remarks and line breaks.
    private func pinned(_ name: String) throws -> [String] {
        let path = TestFolders.package + "/Tests/Bench/statements/\(name).sql"
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: ";\n").map { statement in
            let lines = statement.split(separator: "\n").filter { !$0.hasPrefix("--") }
            return Self.flat(lines.joined(separator: " "))
        }
    }

    private static func flat(_ statement: String) -> String {
        statement.split { $0.isWhitespace }.joined(separator: " ")
    }

    /// Compares what requests run with what is pinned. Transactions begin and end beside the plugins, and accounts are asked now
    /// and then: only statements that name one of the tables are looked at.
    private func expectPinned(
        _ host: TestHost, tables: [String], _ requests: [(String, () async throws -> TestClient.Answer)]
    ) async throws {
        for (name, request) in requests {
            let statements = try await host.statements.during {
                let status = try await request().status
                #expect(status == 200 || status == 201)
            }
            let ran = statements.map(Self.flat).filter { statement in tables.contains { statement.contains($0) } }
            let expected = try pinned(name)
            #expect(ran == expected, "\(name)")
        }
    }

    @Test func `the product runs the statements that pgbench runs`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            try await expectPinned(
                host, tables: ["habits", "hearth_event"],
                [
                    ("row", { try await ada.get("/api/habits/\(habit)") }), ("list", { try await ada.get("/api/habits/") }),
                    ("today", { try await ada.get("/api/habits/today") }), ("completion", { try await ada.complete(habit) }),
                ])
        }
    }

    @Test func `a completion with every plugin runs the statements that pgbench runs`() async throws {
        let plugins: KeyValuePairs = [
            "habits": "", "rpg": "", "social": "", "stats": "", "tasks": "", "llm": "", "notifications": "",
        ]
        try await product(plugins: plugins) { host, client in
            let ada = try await client.registered("ada")
            let habits = [try await ada.habit(), try await ada.habit(), try await ada.habit()]
            // The first makes a player of her, and earns a badge.
            for habit in habits.dropLast() {
                let status = try await ada.complete(habit).status
                #expect(status == 201)
            }
            let expected = try pinned("game")
            let statements = try await host.statements.everything {
                let status = try await ada.complete(habits[2]).status
                #expect(status == 201)
            }
            // Beside them run those of statistics and of what looks after jobs.
            #expect(statements.map(Self.flat).filter { expected.contains($0) } == expected)
            let writes = statements.map(Self.flat).filter { statement in
                ["INSERT INTO rpg_", "UPDATE rpg_", "INSERT INTO habits", "UPDATE habits"].contains { statement.hasPrefix($0) }
            }
            #expect(writes.filter { !expected.contains($0) && !$0.contains("rpg_rank_counts") } == [])
        }
    }
}
