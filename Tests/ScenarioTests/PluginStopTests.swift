import HearthJSON
import Testing

/// What happens to requests that are open when the host stops.
@Suite(.serialized) struct PluginStopTests {
    private static let path = "/api/http-features"

    private func start(drainSeconds: Int = 1) async throws -> (TestHost, TestClient) {
        let host = try await TestHost.start(
            plugins: ["http-features": ""], environment: ["DRAIN_SECONDS": "\(drainSeconds)"])
        return (host, TestClient(host))
    }

    /// Sends a request that stays open, and waits until the plugin has it.
    private func open(_ path: String, _ client: TestClient) async throws -> Task<Int?, Never> {
        let task = Task { try? await client.get("\(Self.path)/\(path)").status }
        let isOpen = try await eventually { try await client.get("\(Self.path)/tell").json["late"]?.int == 0xFFFF_FFFF }
        #expect(isOpen)
        return task
    }

    @Test func `a plugin that asks is told, and lets go`() async throws {
        let (host, client) = try await start()
        let request = try await open("wait", client)
        try await host.stop()
        #expect(await request.value != 200)
        #expect(!host.log.contains("has not let go of a request"))
    }

    @Test func `a request that ends within the drain is answered`() async throws {
        // Long enough to be seen while it is open, whatever else the machine does.
        let (host, client) = try await start(drainSeconds: 60)
        let request = try await open("ignore?milliseconds=3000", client)
        try await host.stop()
        #expect(await request.value == 200)
        #expect(!host.log.contains("has not let go of a request"))
    }

    @Test func `a plugin's thread that works on after the end finds its host in memory`() async throws {
        let (host, client) = try await start()
        let request = try await open("ignore?milliseconds=12000", client)
        try await host.stop()
        #expect(await request.value != 200)
        #expect(host.log.contains("has not let go of a request", "plugin=http-features"))
        // Its answer comes now. A host that had freed anything of it would end this process.
        try await Task.sleep(for: .seconds(13))
    }
}
