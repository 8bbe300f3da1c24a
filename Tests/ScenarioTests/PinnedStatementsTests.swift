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

    @Test func `the product runs the statements that pgbench runs`() async throws {
        try await product { host, client in
            let ada = try await client.registered("ada")
            let habit = try await ada.habit()
            let requests: [(String, () async throws -> TestClient.Answer)] = [
                ("row", { try await ada.get("/api/habits/\(habit)") }), ("list", { try await ada.get("/api/habits/") }),
                ("completion", { try await ada.complete(habit) }),
            ]
            for (name, request) in requests {
                let statements = try await host.statements.during {
                    let status = try await request().status
                    #expect(status == 200 || status == 201)
                }
                // Transactions begin and end beside the plugin; accounts are asked now and then.
                let ran = statements.map(Self.flat).filter { $0.contains("habits") }
                let expected = try pinned(name)
                #expect(ran == expected, "\(name)")
            }
        }
    }
}
