import HearthHost
import HearthJSON
import TestServers
import Testing

/// Jobs and schedules as plugins use them, through HearthKit.
@Suite struct PluginJobsTests {
    private static let base = "/api/kit-features/jobs"

    @Test func `a job runs when its transaction commits, and never when it is rolled back`() async throws {
        try await PluginScenario.run(("kit-features", "")) { _, client in
            #expect(try await client.post("\(Self.base)?commit=false", [:]).json["number"]?.int == -1)
            #expect(try await client.post("\(Self.base)?number=7", [:]).json["number"]?.int == 1)
            try await Self.wait("one has run") { try await client.get(Self.base).json["number"]?.int == 1 }
            // Fails once.
            #expect(try await client.post("\(Self.base)?number=13", [:]).json["number"]?.int == 1)
            try await Self.wait("it was tried again") { try await client.get(Self.base).json["number"]?.int == 2 }
            let all = try await client.get("/api/kit-features/lease")
            #expect(all.json["all"] == .array(Array(repeating: .boolean(true), count: 3)), "\(all.body)")
            #expect(try await client.get(Self.base).json["number"]?.int == 2)
        }
    }

    @Test func `a schedule ticks at the local time of each zone in which there are users`() async throws {
        // 2026-11-20 12:00 UTC is 13:00 in Paris and 21:00 in Tokyo; the next seven o'clock there is 06:00 and 22:00 UTC.
        try await PluginScenario.run(("kit-features", "")) { host, client in
            for (name, zone) in [("marie", "Europe/Paris"), ("yuki", "Asia/Tokyo")] {
                let user = try await client.registered(name)
                #expect(try await user.put("/api/users/me", ["timezone": .string(zone)]).status == 200)
            }
            // Zones are looked at each minute.
            host.clock.advance(by: .seconds(61))
            let admin = try await host.administrator("root", client)
            try await Self.wait("both zones are known") {
                try await admin.get("/api/admin/schedules").body.contains("Asia/Tokyo")
            }
            host.clock.advance(by: .seconds(10 * 3_600))
            try await Self.wait("it is seven in Tokyo") {
                try await client.get("\(Self.base)?key=Asia/Tokyo").json["number"]?.int == 1
            }
            #expect(try await client.get("\(Self.base)?key=Europe/Paris").json["number"]?.int == 0)
            host.clock.advance(by: .seconds(8 * 3_600))
            try await Self.wait("it is seven in Paris") {
                try await client.get("\(Self.base)?key=Europe/Paris").json["number"]?.int == 1
            }
            #expect(try await client.get("\(Self.base)?key=Asia/Tokyo").json["number"]?.int == 1)
        }
    }

    @Test func `administrators see jobs, run dead letters again and pause queues`() async throws {
        try await PluginScenario.run(("kit-features", "")) { host, client in
            #expect(try await client.get("/api/admin/jobs").status == 401)
            let admin = try await host.administrator("root", client)
            #expect(try await client.post("\(Self.base)?number=99", [:]).json["number"]?.int == 1)
            try await Self.wait("it is a dead letter") {
                try await Self.jobs(admin, "?state=discarded").count == 1
            }
            let dead = try #require(try await Self.jobs(admin, "?state=discarded").first)
            let id = dead["id"]?.string ?? ""
            let shown = try await admin.get("/api/admin/jobs/\(id)")
            #expect(shown.body.contains("of no use"))
            #expect(shown.body.contains("number 99"))
            #expect(try await admin.post("/api/admin/queues/kit-features/pause", [:]).status == 200)
            #expect(try await admin.post("/api/admin/jobs/\(id)/retry", [:]).json["job"]?["state"]?.string == "available")
            #expect(try await admin.post("/api/admin/jobs/\(id)/retry", [:]).status == 409)
            #expect(try await admin.post("/api/admin/jobs/\(id)/cancel", [:]).json["job"]?["state"]?.string == "cancelled")
            #expect(try await admin.post("/api/admin/jobs/\(id)/cancel", [:]).status == 409)
            #expect(try await admin.post("\(Self.base)?number=3", [:]).json["number"]?.int == 1)
            #expect(try await Self.jobs(admin, "?state=available").count == 1)
            #expect(try await admin.post("/api/admin/queues/kit-features/resume", [:]).status == 200)
            try await Self.wait("it has run") { try await Self.jobs(admin, "?state=completed").count == 1 }
            #expect(try await admin.post("/api/admin/schedules/kit-features.nights/run", [:]).status == 404)
        }
    }

    private static func wait(_ what: String, _ condition: () async throws -> Bool) async throws {
        let hasHappened = try await eventually { try await condition() }
        #expect(hasHappened, "did not happen: \(what)")
    }

    private static func jobs(_ admin: TestClient, _ query: String) async throws -> [JSONValue] {
        guard case .array(let jobs)? = try await admin.get("/api/admin/jobs\(query)").json["jobs"] else { return [] }
        return jobs
    }
}
