import Foundation
import HearthHost
import HearthJSON
import TestServers
import Testing

/// Whether the host can tell how it is.
struct HealthTests {
    @Test func `a host that is well says so to everybody`() async throws {
        try await product { _, client in
            let simple = try await client.get("/api/health")
            #expect(simple.status == 200)
            #expect(
                simple.json == ["status": "healthy", "app": "Hearth", "version": .string(Host.version), "environment": "test"])
            let detailed = try await client.get("/api/health/detailed")
            #expect(detailed.status == 200)
            #expect(
                detailed.json == [
                    "status": "healthy", "app": "Hearth", "version": .string(Host.version), "database": "healthy",
                    "redis": "disabled",
                ])
            var bad = client
            bad.token = "x"
            #expect(try await bad.get("/api/health").status == 200)
        }
    }

    @Test func `without its database the host answers, but is not healthy`() async throws {
        let host = try await TestHost.start()
        let client = TestClient(host)
        #expect(try await client.get("/api/health/detailed").status == 200)
        switch TestEngine.current {
        case .sqlite:
            let files = try FileManager.default.contentsOfDirectory(atPath: host.dataFolder)
            for name in files where name.hasPrefix("hearth.sqlite") {
                try FileManager.default.removeItem(atPath: host.dataFolder + "/" + name)
            }
        case .postgres: try await TestDatabase.drop(for: host.dataFolder)
        }
        let detailed = try await client.get("/api/health/detailed")
        #expect(detailed.status == 503)
        #expect(detailed.json["status"] == "unhealthy" && detailed.json["database"] == "unhealthy")
        #expect(!detailed.body.contains(host.dataFolder))
        // It lives all the same: nobody is helped by restarting it.
        #expect(try await client.get("/api/health").status == 200)
        try await host.stop()
    }
}
