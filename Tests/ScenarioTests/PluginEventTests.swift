import HearthHost
import HearthJSON
import TestServers
import Testing

/// Events of plugins in Swift, on whole hosts.
@Suite struct PluginEventTests {
    private static func heard(_ client: TestClient) async throws -> [String] {
        guard case .array(let all)? = try await client.get("/api/kit-features/heard").json["heard"] else { return [] }
        return all.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    private static func take(_ note: String, _ client: TestClient, commit: Bool = true) async throws -> TestClient.Answer {
        try await client.post("/api/kit-features/notes?commit=\(commit)", ["text": .string(note)])
    }

    @Test func `an event is told after its commit, in order, and vetoed before it`() async throws {
        try await PluginScenario.run(("kit-features", "")) { host, client in
            #expect(try await Self.take("one", client).json["number"]?.int == 1)
            #expect(try await Self.take("never", client, commit: false).status == 409)
            let rude = try await Self.take("rude", client)
            #expect(rude.status == 400)
            #expect(rude.body.contains("Mind your words"))
            #expect(try await Self.take("fails once", client).json["number"]?.int == 2)
            #expect(try await Self.take("three", client).json["number"]?.int == 3)
            let isTold = try await eventually { try await Self.heard(client).contains("ada 1 one") }
            #expect(isTold)
            let hasFailed = await eventually { host.log.contains("A subscriber failed", "kit-features/notes", "not now") }
            #expect(hasFailed)
            // Nothing of this key before the one that failed; what happened before the first start comes later, too.
            host.clock.advance(by: .seconds(36))
            let isAllTold = try await eventually { try await Self.heard(client).count == 6 }
            #expect(isAllTold)
            let heard = try await Self.heard(client)
            #expect(heard.filter { $0.hasPrefix("ada") } == ["ada 1 one", "ada 2 fails once", "ada 3 three"])
            #expect(heard.filter { $0.hasPrefix("past") } == ["past 0 old 1", "past 0 old 2", "past 0 old 3"])
        }
    }

    @Test func `who subscribes while the owner is away is told the past when it is back`() async throws {
        let first = try await TestHost.start(plugins: ["habits": ""])
        let ada = try await TestClient(first).registered("ada")
        #expect(try await ada.complete(ada.habit()).status == 201)
        try await first.stop()
        let alone = try await TestHost.start(plugins: ["kit-features": ""], dataFolder: first.dataFolder, clock: first.clock)
        alone.clock.advance(by: .seconds(36))
        try await alone.stop()
        let both = try await TestHost.start(
            plugins: ["habits": "", "kit-features": ""], dataFolder: first.dataFolder, clock: first.clock)
        // The replay asks once a minute whether the owner is there.
        let isTold = try await eventually {
            both.clock.advance(by: .seconds(61))
            return try await Self.heard(TestClient(both)).contains { $0.hasSuffix(" 0 true 1") }
        }
        #expect(isTold)
        try await both.stop()
        try await TestDatabase.drop(for: first.dataFolder)
    }

    @Test func `completing a habit is told with the completion, also after a restart of the host`() async throws {
        let host = try await TestHost.start(plugins: ["habits": "", "kit-features": ""])
        let ada = try await TestClient(host).registered("ada")
        let habit = try await ada.habit()
        #expect(try await ada.complete(habit).status == 201)
        let isTold = try await eventually { try await Self.heard(ada).count == 1 }
        #expect(isTold)
        #expect(try await Self.heard(ada).first?.hasSuffix(" 1 true 1") == true)
        try await host.stop()
        // Without the subscriber's plugin: what happens now waits for it.
        let alone = try await TestHost.start(plugins: ["habits": ""], dataFolder: host.dataFolder, clock: host.clock)
        host.clock.advance(by: .seconds(86_400))
        let token = try await TestClient(alone).post(
            "/api/auth/login", ["email": "ada@example.com", "password": "SecurePass1"]
        ).json["access_token"]?.string
        let again = TestClient(alone, token: token)
        #expect(try await again.complete(habit).status == 201)
        try await alone.stop()
        let last = try await TestHost.start(
            plugins: ["habits": "", "kit-features": ""], dataFolder: host.dataFolder, clock: host.clock)
        let isToldLater = try await eventually {
            try await Self.heard(TestClient(last)).contains { $0.hasSuffix(" 2 true 2") }
        }
        #expect(isToldLater)
        try await last.stop()
        try await TestDatabase.drop(for: host.dataFolder)
    }
}
