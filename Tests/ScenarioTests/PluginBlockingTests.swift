import AsyncHTTPClient
import HearthJSON
import NIOCore
import NIOHTTP1
import Testing

/// Plugins that hold threads.
@Suite(.serialized) struct PluginBlockingTests {
    /// What the log says of a held thread.
    private static let held = "A worker thread is held for"

    @Test(arguments: [3, 40]) func `blocked handlers are named, delay others and fail none`(_ count: Int) async throws {
        try await PluginScenario.run(("blocking-handler", "")) { host, client in
            async let blocked = Self.sleep(count, client)
            let isBlocked = await eventually {
                host.log.contains(Self.held, "plugin=blocking-handler", "work=GET /api/blocking-handler/sleep")
            }
            #expect(isBlocked)
            for _ in 0..<5 {
                #expect(try await client.get("/api/greeter/hello?name=Eve").json["message"] == "Hello, Eve!")
            }
            let statuses = try await blocked
            #expect(statuses == Array(repeating: 200, count: count))
            #expect(!host.log.contains(Self.held, "plugin=greeter"))
        }
    }

    @Test func `deadlines hold while every worker is stuck`() async throws {
        let environment = ["DRAIN_SECONDS": "1"]
        try await PluginScenario.run(
            ("blocking-handler", ""), ("never-completes", ""), environment: environment, letsGo: false
        ) { host, client in
            async let blocked = Self.sleep(40, client)
            let isBlocked = await eventually { host.log.contains(Self.held, "plugin=blocking-handler", "replaced=false") }
            #expect(isBlocked)
            #expect(try await client.get("/api/never-completes/never").status == 504)
            let statuses = try await blocked
            #expect(statuses == Array(repeating: 200, count: 40))
        }
    }

    /// Sends requests that block for 3 s, all at the same time: not through the shared client, which opens 8 connections.
    ///
    /// - Returns: the statuses
    private static func sleep(_ count: Int, _ client: TestClient) async throws -> [Int] {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = count
        let crowd = HTTPClient(configuration: configuration)
        let request = HTTPClientRequest(url: "\(client.base)/api/blocking-handler/sleep?milliseconds=3000")
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<count {
                group.addTask { Int(try await crowd.execute(request, timeout: .seconds(60)).status.code) }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        try await crowd.shutdown()
        return statuses
    }

    @Test func `a route that says so may block without a line in the log`() async throws {
        try await PluginScenario.run(("blocking-flagged", "")) { host, client async throws in
            #expect(try await client.get("/api/blocking-flagged/thread").json["thread"]?.int == 2)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await client.get("/api/blocking-flagged/sleep?milliseconds=300").status }
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(!host.log.contains(Self.held, "plugin=blocking-flagged"))
        }
    }
}
