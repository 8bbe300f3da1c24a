import Foundation
import HearthJSON
import Testing

/// Plugins that hold threads.
@Suite(.serialized) struct PluginBlockingTests {
    /// What the log says of a held thread.
    private static let held = "A worker thread is held for too long"

    @Test(arguments: [3, 40]) func `blocked handlers are named, delay others and fail none`(_ count: Int) async throws {
        try await PluginScenario.run(("blocking-handler", "")) { host, client async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<count {
                    group.addTask { try await client.get("/api/blocking-handler/sleep?milliseconds=1500").status }
                }
                for _ in 0..<5 {
                    #expect(try await client.get("/api/greeter/hello?name=Eve").json["message"] == "Hello, Eve!")
                }
                for try await status in group { #expect(status == 200) }
            }
            #expect(host.log.contains(Self.held, "plugin=blocking-handler"))
            #expect(!host.log.contains(Self.held, "plugin=greeter"))
        }
    }

    @Test func `deadlines hold while every worker is stuck`() async throws {
        try await PluginScenario.run(
            ("blocking-handler", ""), ("never-completes", ""), environment: ["DRAIN_SECONDS": "1"], letsGo: false
        ) {
            _, client async throws in
            #expect(try await client.get("/api/never-completes/never").status == 504)
            async let stuck = withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await client.get("/api/blocking-handler/sleep?milliseconds=2000").status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(try await client.get("/api/never-completes/never").status == 504)
            let statuses = try await stuck
            #expect(statuses == Array(repeating: 200, count: 40))
        }
    }

    @Test func `extra threads retire`() async throws {
        try await PluginScenario.run(("blocking-handler", "")) { _, client async throws in
            func threads() throws -> Int {
                let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
                let line = status.split(separator: "\n").first { $0.hasPrefix("Threads:") }
                return Int(line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).last ?? "") ?? 0
            }
            let before = try threads()
            let most = try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask { _ = try await client.get("/api/blocking-handler/sleep?milliseconds=1500") }
                }
                let grew = try await eventually { try threads() >= before + 10 }
                #expect(grew)
                let most = try threads()
                try await group.waitForAll()
                return most
            }
            let shrank = try await eventually { try threads() <= most - 10 }
            #expect(shrank)
        }
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
