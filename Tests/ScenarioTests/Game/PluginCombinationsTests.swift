import HearthHost
import HearthJSON
import TestServers
import Testing

/// No plugin needs another one to be there.
struct PluginCombinationsTests {
    /// Each combination as a set of bits. Which plugins there are has nothing to do with the engine: on PostgreSQL those suffice in
    /// which one is alone or missing.
    private static let combinations = (0..<(1 << Shipped.plugins.count)).filter {
        TestEngine.current == .sqlite || [0, 1, Shipped.plugins.count - 1, Shipped.plugins.count].contains($0.nonzeroBitCount)
    }

    /// In parts that run at the same time.
    @Test(.timeLimit(.minutes(10)), arguments: 0..<8)
    func `every combination of plugins starts, and serves what is in it and nothing else`(part: Int) async throws {
        let folder = try TestFolders.temporary()
        // All of them first, so that tables of plugins that are absent later are there with rows.
        let all = (1 << Shipped.plugins.count) - 1
        var token: String?
        for chosen in [all] + Self.combinations.enumerated().filter({ $0.offset % 8 == part }).map(\.element) {
            let present = Shipped.plugins.enumerated().filter { chosen & (1 << $0.offset) != 0 }.map(\.element.id)
            let host = try await TestHost.start(tables: present.map { ($0, "") }, dataFolder: folder)
            do {
                token = try await Self.look(at: host, with: token, present: present)
            } catch {
                Issue.record("\(present): \(error)")
            }
            try await host.stop()
            let failures = host.log.all.filter { $0.hasPrefix("error ") || $0.hasPrefix("critical ") }
            #expect(failures == [], "\(present)")
        }
        try await TestDatabase.drop(for: folder)
    }

    /// Asks for a path of each plugin.
    ///
    /// - Returns: the token of the user who asks, registered the first time
    private static func look(at host: TestHost, with token: String?, present: [String]) async throws -> String? {
        var ada = TestClient(host, token: token)
        if token == nil {
            ada = try await ada.registered("ada")
            let habit = try await ada.habit()
            #expect(try await ada.complete(habit).status == 201)
        }
        for plugin in Shipped.plugins {
            let answer = try await ada.get(plugin.path)
            #expect(answer.status == (present.contains(plugin.id) ? 200 : 404), "\(plugin.path) with \(present): \(answer.body)")
        }
        #expect(try await ada.get("/api/auth/me").status == 200)
        #expect(try await ada.get("/api/health").status == 200)
        return ada.token
    }
}
