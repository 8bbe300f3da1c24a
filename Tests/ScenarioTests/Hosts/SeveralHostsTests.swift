import Foundation
import HearthJSON
import TestServers
import Testing

/// Several `hearth serve` on one PostgreSQL, as behind a load balancer.
@Suite(.enabled(if: TestEngine.current == .postgres, "Hosts on several machines share PostgreSQL, not a file"))
struct SeveralHostsTests {
    /// Starts hosts on one database at the same moment, each with a data folder of its own.
    private func withHosts(
        _ count: Int, environment: [String: String] = [:], _ scenario: (_ address: String, [TestClient]) async throws -> Void
    ) async throws {
        let address = try await TestDatabase.create()
        var variables = [
            "DATABASE_URL": address, "SECRET_KEY": String(repeating: "k", count: 32), "DATABASE_MIN_CONNECTIONS": "1",
            "DATABASE_MAX_CONNECTIONS": "4",
        ]
        variables.merge(environment) { _, new in new }
        var processes: [ChildProcess] = []
        defer { for process in processes { process.kill() } }
        for _ in 0..<count {
            processes.append(
                try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: variables))
        }
        var clients: [TestClient] = []
        for process in processes {
            var client = TestClient(port: try #require(try await process.port(), "\(process.errors)"))
            client.refusesFailures = true
            clients.append(client)
        }
        try await scenario(address, clients)
        for process in processes { process.terminate() }
        for process in processes {
            #expect(await process.status == 0)
            #expect(!process.errors.contains(" error "), "\(process.errors)")
        }
    }

    private func together(
        _ count: Int, _ body: @escaping @Sendable (Int) async throws -> TestClient.Answer
    ) async throws -> [TestClient.Answer] {
        try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
            for number in 0..<count { group.addTask { try await body(number) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `hosts that start at once apply each migration once`() async throws {
        try await withHosts(4) { address, clients in
            let console = try await PostgresConsole(address)
            let rows = try await console.run("SELECT owner, version, count(*) FROM hearth_migrations GROUP BY 1, 2 ORDER BY 1, 2")
            #expect(Set(rows.map { $0[0] }) == ["habits", "hearth"])
            #expect(rows.allSatisfy { $0[2] == "1" })
            let ada = try await clients[0].registered("ada")
            for client in clients {
                var there = client
                there.token = ada.token
                #expect(try await there.get("/api/habits/").status == 200)
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a logout on one host counts on the other`() async throws {
        try await withHosts(2) { _, clients in
            let ada = try await clients[0].registered("ada")
            let bob = try await clients[0].registered("bob")
            var (there, bobThere) = (clients[1], clients[1])
            (there.token, bobThere.token) = (ada.token, bob.token)
            // The second host has verified and remembered it.
            #expect(try await there.get("/api/habits/").status == 200)
            #expect(try await ada.post("/api/auth/logout").status == 200)
            let start = ContinuousClock.now
            let adaThere = there
            #expect(try await eventually { try await adaThere.get("/api/habits/").status == 401 })
            print("hosts: a logout counts on the other host after \(ContinuousClock.now - start)")
            #expect(try await bobThere.get("/api/habits/").status == 200)
        }
    }

    @Test(.timeLimit(.minutes(5))) func `of registrations on several hosts one gets the name`() async throws {
        try await withHosts(3) { address, clients in
            for round in 0..<3 {
                let answers = try await together(12) { number in
                    try await clients[number % 3].post(
                        "/api/auth/register",
                        [
                            "email": .string("mail\(round)-\(number)@example.com"), "username": .string("same\(round)"),
                            "password": "SecurePass1",
                        ])
                }
                #expect(answers.count { $0.status == 201 } == 1)
                #expect(answers.count { $0.status == 409 && $0.detail == "Username already taken" } == 11)
            }
            let console = try await PostgresConsole(address)
            #expect(try await console.run("SELECT count(*) FROM users") == [["3"]])
        }
    }

    @Test(.timeLimit(.minutes(5))) func `of completions on several hosts one counts`() async throws {
        try await withHosts(3) { address, clients in
            let ada = try await clients[0].registered("ada")
            let adas = clients.map { client in
                var there = client
                there.token = ada.token
                return there
            }
            for round in 1...5 {
                let habit = try await ada.habit()
                let answers = try await together(12) { try await adas[$0 % 3].complete(habit) }
                #expect(answers.count { $0.status == 201 } == 1)
                #expect(answers.count { $0.status == 400 && $0.detail == "Habit already completed today" } == 11)
                #expect(try await ada.get("/api/habits/\(habit)").json["total_completions"] == 1)
                #expect(try await ada.get("/api/completions/history").json.count == round)
            }
            let console = try await PostgresConsole(address)
            #expect(try await console.run("SELECT count(*) FROM habits_completions") == [["5"]])
        }
    }

    @Test(.timeLimit(.minutes(5))) func `hosts that share a Redis count a user's requests together, and alone when it is gone`()
        async throws
    {
        let redis = try PrivateRedis()
        defer { redis.kill() }
        try await withHosts(2, environment: ["REDIS_URL": redis.address, "RATE_LIMIT": "on"]) { _, clients in
            func passed(_ user: TestClient, of count: Int) async throws -> [Int: Int] {
                let answers = try await together(count) { number in
                    var there = clients[number % 2]
                    there.token = user.token
                    return try await there.get("/api/habits/")
                }
                return answers.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
            }
            let ada = try await clients[0].registered("ada")
            let bob = try await clients[1].registered("bob")
            #expect(try await passed(ada, of: 160) == [200: 100, 429: 60])
            redis.kill()
            // Each host counts for itself now, and none answers otherwise than with the limit.
            #expect(try await passed(bob, of: 260) == [200: 200, 429: 60])
            try redis.start()
            let isBack = try await eventually {
                for client in clients
                where try await client.get("/api/health/detailed").json["redis"] != "healthy" { return false }
                return true
            }
            #expect(isBack)
            let eve = try await clients[0].registered("eve")
            #expect(try await passed(eve, of: 160) == [200: 100, 429: 60])
        }
    }
}
