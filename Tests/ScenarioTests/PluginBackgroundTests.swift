import HearthHost
import HearthJSON
import Testing

/// Timers and background work of a plugin in Swift.
@Suite struct PluginBackgroundTests {
    private static let path = "/api/kit-features/background"

    @Test func `timers follow the host's clock, and background work ends with the host`() async throws {
        // The work that sleeps for an hour does not keep the host from stopping: the scenario sees to it.
        try await PluginScenario.run(("kit-features", "")) { host, client in
            func becomes(_ name: String, _ count: Int) async throws {
                let isReached = try await eventually { try await client.get(Self.path).json[name]?.int == count }
                #expect(isReached, "\(name) is not \(count)")
            }
            host.clock.advance(by: .seconds(30))
            try await becomes("ticks", 1)
            #expect(try await client.post(Self.path, [:]).status == 202)
            try await becomes("works", 1)
            host.clock.advance(by: .seconds(5))
            try await becomes("bells", 1)
            let isLogged = await eventually { host.log.contains("Background work failed", "work=bell", "the bell is broken") }
            #expect(isLogged)
            host.clock.advance(by: .seconds(25))
            try await becomes("ticks", 2)
            #expect(try await client.delete(Self.path).status == 204)
            host.clock.advance(by: .seconds(300))
            try await Task.sleep(for: .milliseconds(60))
            #expect(try await client.get(Self.path).json["ticks"]?.int == 2)
        }
    }
}
