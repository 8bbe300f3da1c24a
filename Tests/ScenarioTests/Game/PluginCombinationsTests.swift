import HearthHost
import HearthJSON
import TestServers
import Testing

/// No plugin needs another one to be there.
struct PluginCombinationsTests {
    @Test(.timeLimit(.minutes(10))) func `every combination of plugins starts, and serves what is in it and nothing else`()
        async throws
    {
        let folder = try TestFolders.temporary()
        var token: String?
        // All of them first, so that tables of plugins that are absent later are there with rows.
        for chosen in (0..<(1 << Shipped.plugins.count)).reversed() {
            let present = Shipped.plugins.enumerated().filter { chosen & (1 << $0.offset) != 0 }.map(\.element.id)
            let host = try await TestHost.start(tables: present.map { ($0, "") }, dataFolder: folder)
            var ada = TestClient(host, token: token)
            do {
                if token == nil {
                    ada = try await ada.registered("ada")
                    token = ada.token
                    let habit = try await ada.habit()
                    #expect(try await ada.complete(habit).status == 201)
                }
                for plugin in Shipped.plugins {
                    let answer = try await ada.get(plugin.path)
                    #expect(
                        answer.status == (present.contains(plugin.id) ? 200 : 404),
                        "\(plugin.path) with \(present): \(answer.body)")
                }
                #expect(try await ada.get("/api/auth/me").status == 200)
                #expect(try await ada.get("/api/health").status == 200)
            } catch {
                Issue.record("\(present): \(error)")
            }
            try await host.stop()
            let failures = host.log.all.filter { $0.hasPrefix("error ") || $0.hasPrefix("critical ") }
            #expect(failures == [], "\(present)")
        }
        try await TestDatabase.drop(for: folder)
    }
}
