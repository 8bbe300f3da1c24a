import Foundation
import HearthJSON
import TestServers
import Testing

/// Jobs whose hosts are killed while they run.
@Suite struct JobFaultTests {
    /// `HEARTH_TEST_JOBS=100000 HEARTH_TEST_KILLS=10` is the long variant.
    private static func number(_ name: String, or usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? usual
    }

    @Test(.timeLimit(.minutes(60))) func `a host that is killed again and again loses no job`() async throws {
        let total = Self.number("HEARTH_TEST_JOBS", or: 2_000)
        let kills = Self.number("HEARTH_TEST_KILLS", or: 3)
        var program = try HearthProgram(conf: "[plugins.kit-features]")
        program.variables = ["JOBS_LEASE_SECONDS": "2", "RATE_LIMIT": "off"]
        let environment = program.variables.merging(try await TestDatabase.variables(for: program.folder)) { $1 }.merging([
            "HEARTH_DATA": program.folder + "/data", "PLUGINS_CONF": program.folder + "/plugins.conf",
        ]) { $1 }

        func completed() async throws -> Int {
            let counted = try await program.run(
                "jobs", "list", "--kind", "kit-features.patient", "--state", "completed", "--limit", "\(total + 1)")
            #expect(counted.status == 0, "\(counted.errors)")
            return counted.lines.count { $0.contains("  completed  kit-features.patient  ") }
        }

        var done = 0
        for round in 0...kills {
            let host = try await ChildProcess.serve(dataFolder: try TestFolders.temporary(), environment: environment)
            defer { host.kill() }
            let port = try #require(try await host.port(), "\(host.errors)")
            if round == 0 {
                let client = TestClient(port: port)
                for start in stride(from: 0, to: total, by: 1_000) {
                    let count = min(1_000, total - start)
                    let answer = try await client.post("/api/kit-features/patience?number=\(count)", [:])
                    #expect(answer.json["number"]?.int == count, "\(answer.body)")
                }
            }
            // Whoever is quick has done more meanwhile.
            let goal = round == kills ? total : min(total, done + total / (kills + 2))
            let hasCome = try await eventually(within: .seconds(1_200)) {
                try await Task.sleep(for: .milliseconds(200))
                done = try await completed()
                return done >= goal
            }
            #expect(hasCome, "round \(round): \(done) of \(goal)\n\(host.errors)")
            if round == kills {
                #expect(done == total)
                let left = try await TestClient(port: port).get("/api/kit-features/patience/effects").json[0]
                #expect(left?["jobs"]?.int == total)
                // Twice has run at most what was running when its host was killed.
                #expect(left?["effects"]?.int ?? 0 <= total + kills * 64)
            }
            host.kill()
            _ = await host.status
        }
        #expect(try await program.run("jobs", "list", "--state", "discarded").lines == ["there are no such jobs"])
    }
}
