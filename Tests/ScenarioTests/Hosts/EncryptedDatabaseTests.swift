import HearthJSON
import TestServers
import Testing

/// A PostgreSQL that takes connections with TLS alone.
@Suite(.enabled(if: TestEngine.current == .postgres, "SQLite has no connections"))
struct EncryptedDatabaseTests {
    private func withServer(_ body: (PrivatePostgres) async throws -> Void) async throws {
        let server = try PrivatePostgres()
        defer { server.remove() }
        try await server.create(tls: true)
        try await server.start()
        try await body(server)
    }

    @Test(.timeLimit(.minutes(5))) func `the product works over TLS, and checks the server's certificate`() async throws {
        try await withServer { server in
            let address = server.address + "?sslmode=verify-full&sslrootcert=\(server.certificate)"
            let host = try await LoadedHost.start(on: address)
            defer { host.process.kill() }
            try await host.underLoad {
                let isServing = await eventually { host.ledger.count(.acknowledged) > 100 }
                #expect(isServing)
            }
            #expect(host.ledger.oddities.isEmpty)
            #expect(host.ledger.count(.refused) == 0 && host.ledger.count(.unknown) == 0)
            let console = try await PostgresConsole(server.address + "?sslmode=require")
            try await host.ledger.check(console)
            // A list that does not fit into one record of TLS.
            let reader = try await host.client.registered("reader")
            let text = String(repeating: "long ", count: 90)
            for number in 0..<60 { _ = try await reader.habit(["title": .string("\(number)"), "description": .string(text)]) }
            #expect(try await reader.get("/api/habits/").json.count == 60)
            let plain = try await console.run(
                """
                SELECT count(*) FILTER (WHERE ssl), count(*) FILTER (WHERE NOT ssl)
                FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'hearth'
                """)
            #expect(plain == [["4", "0"]])
            await host.stop()
        }
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ("sslmode=disable", "no encryption"), ("sslmode=verify-full&sslrootcert=/etc/hostname", "certificate"),
        ])
    func `a server that cannot be trusted refuses the start with the reason`(query: String, reason: String) async throws {
        try await withServer { server in
            let process = try await ChildProcess.serve(
                dataFolder: try TestFolders.temporary(),
                environment: ["DATABASE_URL": server.address + "?" + query, "DATABASE_START_SECONDS": "0"])
            let port = try await process.port()
            #expect(port == nil)
            #expect(process.errors.contains(reason), "\(process.errors)")
        }
    }
}
