import AsyncHTTPClient
import HearthJSON
import Testing

/// A scenario with a plugin that misbehaves, beside two that do not.
///
/// While it runs, the greeter is asked all the time and never fails; afterwards the habits still work, the host stops in
/// order, and no plugin is left holding a request.
enum PluginScenario {
    /// - Parameters:
    ///   - guilty: ids of the plugins under test, with lines for their tables in `plugins.conf`
    ///   - environment: variables beyond the defaults of tests
    ///   - letsGo: whether every request is completed in the end
    ///   - scenario: what happens
    static func run(
        _ guilty: (id: String, lines: String)..., environment: [String: String] = [:], letsGo: Bool = true,
        _ scenario: (TestHost, TestClient) async throws -> Void
    ) async throws {
        let first = guilty[0]
        let second = guilty.count > 1 ? guilty[1] : ("greeter", "")
        let host =
            second.0 == "greeter"
            ? try await TestHost.start(
                plugins: ["greeter": "", "habits": "", first.id: first.lines], environment: environment)
            : try await TestHost.start(
                plugins: ["greeter": "", "habits": "", first.id: first.lines, second.0: second.1], environment: environment)
        let client = TestClient(host)
        let bystander = Task { await Bystander.ask(client) }
        let result: Result<Void, any Error>
        do { result = .success(try await scenario(host, client)) } catch { result = .failure(error) }
        // At least one whole question, however short the scenario.
        let last = try await client.get("/api/greeter/hello")
        #expect(last.status == 200)
        bystander.cancel()
        let failures = await bystander.value
        #expect(failures == [])
        let ada = try await client.registered("ada")
        #expect(try await ada.post("/api/habits/", ["title": "Read"]).status == 201)
        try await host.stop()
        #expect(host.log.contains("has not let go of a request") == !letsGo)
        try result.get()
    }

    /// Somebody who has nothing to do with it.
    private enum Bystander {
        /// Asks the greeter until cancelled.
        ///
        /// - Returns: what went wrong
        static func ask(_ client: TestClient) async -> [String] {
            var failures: [String] = []
            while !Task.isCancelled {
                do {
                    let answer = try await client.get("/api/greeter/hello?name=Eve")
                    if answer.status != 200 { failures.append("\(answer.status) \(answer.body)") }
                } catch {
                    if !Task.isCancelled { failures.append("\(error)") }
                }
                try? await Task.sleep(for: .milliseconds(20))
            }
            return failures
        }
    }
}

extension TestClient {
    /// What the host answered to the forbidden call, once there is an answer.
    func seen(by plugin: String) async throws -> Int? {
        _ = try await eventually { try await get("/api/\(plugin)/seen").json["status"]?.int != nil }
        return try await get("/api/\(plugin)/seen").json["status"]?.int
    }
}
