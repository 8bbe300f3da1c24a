import Foundation
import Glibc
import HearthJSON
import TestServers
import Testing

/// PostgreSQL is killed, cut off and frozen under load: no acknowledged write is lost or doubled, none that was refused is
/// there, and the host serves again by itself.
@Suite(.enabled(if: TestEngine.current == .postgres, "SQLite is part of the process and ends with it"), .serialized)
struct DatabaseFaultTests {
    /// Starts a server and a host, lets something happen under load, and compares.
    ///
    /// - Parameters:
    ///   - environment: variables of the host
    ///   - clients: how many write at once
    ///   - fault: what happens; gives how long the host took to serve again
    private func withFault(
        _ name: String, environment: [String: String] = [:], clients: Int = 6,
        _ fault: @Sendable (PrivatePostgres, LoadedHost) async throws -> Duration?
    ) async throws -> Ledger {
        let server = try PrivatePostgres()
        defer { server.remove() }
        try await server.create()
        try await server.start()
        let host = try await LoadedHost.start(on: server.address, clients: clients, environment: environment)
        defer { host.process.kill() }
        let before = try await host.restingDescriptors(try await PostgresConsole(server.address))
        let recovery = try await host.underLoad {
            #expect(await host.recovery() != nil, "nothing is acknowledged before the fault")
            try await Task.sleep(for: .milliseconds(500))
            let recovery = try await fault(server, host)
            try await Task.sleep(for: .milliseconds(500))
            return recovery
        }
        let ledger = host.ledger
        #expect(recovery != nil, "nothing is acknowledged after the fault: \(host.process.errors.suffix(2_000))")
        print(
            "fault: \(name): back after \(recovery.map { "\($0)" } ?? "never"); acknowledged \(ledger.count(.acknowledged)),",
            "refused \(ledger.count(.refused)), unknown \(ledger.count(.unknown))")
        let errors = host.process.errors.split(separator: "\n").filter { $0.contains(" error ") }
        #expect(ledger.oddities.isEmpty, "\(errors.prefix(5))")
        let console = try await PostgresConsole(server.address)
        try await ledger.check(console)
        let after = try await host.restingDescriptors(console)
        #expect(after <= before)
        #expect(try await host.client.get("/api/health/detailed").status == 200)
        await host.stop()
        // After the end nothing is under way any more: what was unknown is decided, and nothing comes late.
        try await ledger.check(console)
        return ledger
    }

    @Test(.timeLimit(.minutes(5))) func `PostgreSQL is killed and started again`() async throws {
        let ledger = try await withFault("kill -9 and restart") { server, host in
            try await server.kill()
            let health = try await host.client.get("/api/health/detailed")
            #expect(health.status == 503 && health.json["database"] == "unhealthy")
            #expect(try await host.client.get("/api/health").status == 200)
            try await Task.sleep(for: .seconds(1))
            try await server.start()
            return await host.recovery()
        }
        #expect(ledger.count(.acknowledged) > 0)
    }

    @Test(.timeLimit(.minutes(5))) func `all connections are ended by an administrator, again and again`() async throws {
        _ = try await withFault("pg_terminate_backend") { server, host in
            var longest = Duration.zero
            for _ in 0..<5 {
                let console = try await PostgresConsole(server.address)
                try await console.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hearth'")
                guard let recovery = await host.recovery() else { return nil }
                longest = max(longest, recovery)
                try await Task.sleep(for: .milliseconds(200))
            }
            return longest
        }
    }

    @Test(.timeLimit(.minutes(5))) func `a backend stops in the middle of its work`() async throws {
        _ = try await withFault("frozen backend", environment: ["DATABASE_STATEMENT_SECONDS": "1"]) { server, host in
            let backend = try await Self.freezeInTransaction(server)
            defer { kill(backend, SIGCONT) }
            // The others go on, whatever locks it holds.
            guard let recovery = await host.recovery() else { return nil }
            try await Task.sleep(for: .seconds(5))
            guard await host.recovery() != nil else { return nil }
            kill(backend, SIGCONT)
            return await host.recovery().map { max($0, recovery) }
        }
    }

    /// Stops a backend between two statements of a transaction: there it holds locks of rows, and none of those without which the
    /// whole server stands still.
    private static func freezeInTransaction(_ server: PrivatePostgres) async throws -> Int32 {
        let console = try await PostgresConsole(server.address)
        var frozen: Int32?
        let isFrozen = try await eventually {
            let inTransaction = "application_name = 'hearth' AND state = 'idle in transaction'"
            let rows = try await console.run("SELECT pid FROM pg_stat_activity WHERE \(inTransaction) LIMIT 1")
            guard let backend = rows.first.flatMap({ Int32($0[0]) }) else { return false }
            kill(backend, SIGSTOP)
            let still = try await console.run("SELECT 1 FROM pg_stat_activity WHERE pid = \(backend) AND \(inTransaction)")
            if still.isEmpty { kill(backend, SIGCONT) } else { frozen = backend }
            return !still.isEmpty
        }
        #expect(isFrozen)
        return try #require(frozen)
    }

    @Test(.timeLimit(.minutes(5))) func `the whole server stops for a while`() async throws {
        _ = try await withFault(
            "frozen server", environment: ["DATABASE_STATEMENT_SECONDS": "1", "DATABASE_WAIT_SECONDS": "2"]
        ) { server, host in
            let console = try await PostgresConsole(server.address)
            var processes = try await console.run("SELECT pid FROM pg_stat_activity WHERE application_name = 'hearth'")
                .compactMap { Int32($0[0]) }
            if let first = server.process { processes.append(first) }
            for process in processes { kill(process, SIGSTOP) }
            try await Task.sleep(for: .seconds(5))
            // Backends first: who is started late would find them.
            for process in processes { kill(process, SIGCONT) }
            return await host.recovery()
        }
    }

    @Test(.timeLimit(.minutes(5))) func `more wait than may: they are told when to come again`() async throws {
        let ledger = try await withFault(
            "full queue",
            environment: [
                "DATABASE_MIN_CONNECTIONS": "4", "DATABASE_MAX_CONNECTIONS": "4", "DATABASE_QUEUE": "2",
                "DATABASE_WAIT_SECONDS": "1",
            ], clients: 24
        ) { server, host in
            let console = try await PostgresConsole(server.address)
            // Everybody who writes waits for this lock, so the queue fills.
            try await console.run("BEGIN; LOCK TABLE habits IN ACCESS EXCLUSIVE MODE")
            let isFull = await eventually { host.ledger.count(.refused) > 20 }
            #expect(isFull)
            try await console.run("COMMIT")
            return await host.recovery()
        }
        #expect(ledger.count(.refused) > 20)
    }
}
