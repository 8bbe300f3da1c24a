import Foundation
import HearthJSON
import TestServers
import Testing

/// Behind PgBouncer in transaction mode, where each transaction may meet another connection of the server.
@Suite(.enabled(if: TestEngine.current == .postgres, "PgBouncer stands before PostgreSQL"))
struct PoolerTests {
    @Test(.timeLimit(.minutes(5))) func `the product works through PgBouncer`() async throws {
        let direct = try await TestDatabase.create()
        let name = String(direct.split(separator: "/").last ?? "")
        // Fewer connections than the hosts have together, so that they really are shared.
        let pooler = try await PrivatePgBouncer(before: try TestDatabase.server(), connections: 3)
        defer { pooler.remove() }
        let variables = [
            "DATABASE_URL": pooler.address(of: name), "DATABASE_POOLER": "on", "DATABASE_MIN_CONNECTIONS": "4",
            "DATABASE_MAX_CONNECTIONS": "4", "SECRET_KEY": String(repeating: "k", count: 32),
        ]
        var program = try HearthProgram(conf: "[plugins.habits]")
        program.variables = variables
        let up = try await program.run("migrate", "up")
        #expect(up.lines.last == "applied habits/0003_pauses", "\(up.errors)")

        let first = try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: variables)
        defer { first.kill() }
        let second = try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: variables)
        defer { second.kill() }
        var clients: [TestClient] = []
        for process in [first, second] {
            var client = TestClient(port: try #require(try await process.port(), "\(process.errors)"))
            client.refusesFailures = true
            clients.append(client)
        }
        let ada = try await clients[0].registered("ada")
        var there = clients[1]
        there.token = ada.token
        let adas = [ada, there]
        for _ in 0..<5 {
            let habit = try await ada.habit()
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<12 { group.addTask { try await adas[number % 2].complete(habit).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 1 && statuses.count { $0 == 400 } == 11)
        }
        // The same statements again and again, on whichever connection.
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    try await adas[number % 2].get(["/api/habits/", "/api/habits/today", "/api/completions/history"][number % 3])
                        .status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0 == 200 })
        #expect(try await there.get("/api/habits/").json.count == 5)
        #expect(try await ada.get("/api/health/detailed").json["database"] == "healthy")
        let status = try await program.run("migrate", "status")
        #expect(status.lines.allSatisfy { $0.contains("  applied 20") } && status.lines.count > 1)
        for process in [first, second] {
            process.terminate()
            #expect(await process.status == 0)
            #expect(!process.errors.contains(" error ") && !process.errors.contains(" warning "), "\(process.errors)")
        }
    }
}
