import Foundation
import HearthJSON
import Testing

/// The cache as plugins use it, on each of its engines.
@Suite struct PluginCacheTests {
    private static let base = "/api/kit-features"

    /// Variables that choose an engine; scripts/test starts the Redis. A run on each database has a Redis database of its own.
    private static let engines: [[String: String]] = {
        let variables = ProcessInfo.processInfo.environment
        guard let redis = variables["HEARTH_TEST_REDIS"] else { return [[:]] }
        let number = variables["HEARTH_TEST_DATABASE"] == "postgres" ? 2 : 1
        return [[:], ["REDIS_URL": redis.replacing("/0", with: "/\(number)")]]
    }()

    private static func run(
        _ engine: [String: String], _ scenario: @Sendable @escaping (TestHost, TestClient) async throws -> Void
    ) async throws {
        try await PluginScenario.run(("kit-features", ""), environment: engine) { try await scenario($0, $1) }
    }

    @Test(arguments: engines)
    func `every call does what it says`(engine: [String: String]) async throws {
        try await Self.run(engine) { _, client in
            let answer = try await client.get("\(Self.base)/cache")
            #expect(answer.status == 200, "\(answer.body)")
            let all = answer.json["all"]
            #expect(all == .array(Array(repeating: .boolean(true), count: 7)), "\(answer.body)")
        }
    }

    @Test(arguments: engines)
    func `a value is computed once for all who ask at once, and again when a commit has forgotten it`(
        engine: [String: String]
    ) async throws {
        try await Self.run(engine) { _, client in
            try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<20 { group.addTask { try await client.get("\(Self.base)/cached").json["number"]?.int } }
                for try await number in group { #expect(number == 1) }
            }
            let undone = try await client.delete("\(Self.base)/cached?commit=false")
            #expect(undone.json["number"]?.int == 0)
            #expect(try await client.get("\(Self.base)/cached").json["number"]?.int == 1)
            let done = try await client.delete("\(Self.base)/cached")
            #expect(done.json["number"]?.int == 1)
            #expect(try await client.get("\(Self.base)/cached").json["number"]?.int == 2)
        }
    }

    @Test(arguments: engines)
    func `a limit is exact for takes at the same time`(engine: [String: String]) async throws {
        try await Self.run(engine) { _, client in
            let allowed = try await withThrowingTaskGroup(of: Bool?.self) { group in
                for _ in 0..<20 { group.addTask { try await client.post("\(Self.base)/takes", [:]).json["allowed"]?.bool } }
                return try await group.reduce(0) { $0 + ($1 == true ? 1 : 0) }
            }
            #expect(allowed == 5)
        }
    }
}
