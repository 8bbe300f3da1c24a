import Foundation
import HearthJSON
import TestServers
import Testing

/// What an operator reads whose PostgreSQL cannot be used, and what happens while it is not there yet.
@Suite(.enabled(if: TestEngine.current == .postgres, "It is about reaching PostgreSQL"))
struct DatabaseStartTests {
    /// A start that is refused: `ADDRESS` is replaced by that of the server of the run.
    private func refusal(_ variables: [String: String]) async throws -> String {
        let server = try TestDatabase.server()
        let environment = variables.mapValues { $0.replacing("ADDRESS", with: server.split(separator: "@")[1]) }
        let process = try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: environment)
        defer { process.kill() }
        #expect(await process.status == 1)
        #expect(process.errors.contains("environment: DATABASE_URL: "), "\(process.errors)")
        // A sentence, without the secret.
        #expect(!process.errors.contains("hunter2") && !process.errors.contains("Error("), "\(process.errors)")
        return process.errors
    }

    @Test(.timeLimit(.minutes(5))) func `a server that answers is not waited for`() async throws {
        // With the default of 30 seconds, which nobody waits when the server has decided.
        let errors = try await refusal(["DATABASE_URL": "postgresql://nobody:hunter2@ADDRESS"])
        #expect(errors.contains("nobody") && errors.contains("does not exist") && !errors.contains("Waiting"), "\(errors)")
        let other = try await refusal(["DATABASE_URL": "postgres://hearth:hunter2@ADDRESS", "DB_NAME": "nothing_here"])
        #expect(other.contains("nothing_here") && other.contains("does not exist"), "\(other)")
        let tls = try await refusal(["DATABASE_URL": "postgresql+asyncpg://hearth:hunter2@ADDRESS?ssl=require"])
        #expect(tls.contains("SSL"), "\(tls)")
    }

    @Test(.timeLimit(.minutes(5))) func `an address that cannot be read or reached refuses the start in time`() async throws {
        let words = try await refusal(["DATABASE_URL": "postgresql://hearth:hunter2@127.0.0.1:99999/x"])
        #expect(words.contains("99999") || words.contains("cannot be read"), "\(words)")
        _ = try await refusal(["DATABASE_URL": "postgresql://hearth:hunter2@127.0.0.1:1/x?colour=red"])
        let closed = try await refusal([
            "DATABASE_URL": "postgresql://127.0.0.1:1", "DB_USER": "hearth", "DB_PASSWORD": "hunter2",
            "DATABASE_START_SECONDS": "1",
        ])
        #expect(closed.contains("Waiting for the database") && closed.contains("refused"), "\(closed)")
        #expect(closed.contains("postgresql://USER:PASSWORD@HOST:PORT/NAME"), "\(closed)")
    }

    @Test(.timeLimit(.minutes(5))) func `a server that comes later is waited for`() async throws {
        let server = try PrivatePostgres()
        defer { server.remove() }
        try await server.create()
        let process = try await ChildProcess.serve(
            dataFolder: try TestFolders.temporary(), environment: ["DATABASE_URL": server.address])
        defer { process.kill() }
        #expect(await eventually { process.errors.contains("Waiting for the database") })
        try await server.start()
        let port = try #require(try await process.port(), "\(process.errors)")
        #expect(try await TestClient(port: port).get("/api/health/detailed").status == 200)
        process.terminate()
        #expect(await process.status == 0)
    }

    @Test func `metrics tell what the connections are doing`() async throws {
        try await product { host, client in
            var ada = try await client.registered("ada")
            let console = try await PostgresConsole(try await TestDatabase.address(for: host.dataFolder))
            try await console.run("UPDATE users SET role = 'admin', updated_at = updated_at + interval '1 s'")
            ada.token = try await client.post("/api/auth/login", ["email": "ada", "password": "SecurePass1"]).json[
                "access_token"]?.string
            let admin = ada
            #expect(try await eventually { try await admin.get("/api/metrics").status == 200 })
            let text = try await admin.get("/api/metrics").body
            #expect(
                text.contains("# TYPE hearth_database_connections gauge\nhearth_database_connections{state=\"idle\"} "), "\(text)"
            )
            #expect(text.contains("hearth_database_connections_lost_total 0"), "\(text)")
        }
    }
}
