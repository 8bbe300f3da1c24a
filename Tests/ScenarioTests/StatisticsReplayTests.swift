import Foundation
import HearthConfiguration
import HearthHost
import HearthJSON
import Logging
import TestServers
import Testing

/// Statistics that are lost, and told again.
struct StatisticsReplayTests {
    private static func administer(_ host: TestHost, _ body: (Administration) async throws -> Void) async throws {
        try await Administration.run(
            try HostEnvironment(host.variables), variables: host.variables, logger: Logger(label: "administer"), body)
    }

    /// How many events a subscriber has been told of.
    private static func told(_ subscriber: String, _ admin: TestClient) async throws -> Int {
        let path = "/api/admin/jobs?queue=events.stats.\(subscriber)&state=completed&limit=200"
        return try await admin.get(path).json["jobs"]?.count ?? 0
    }

    private static let paths = [
        "overview?time_range=all_time", "calendar", "habits?time_range=all_time", "trends?days=60", "export",
    ]

    /// Everything that is shown, without the moment at which it is shown.
    private static func shown(_ client: TestClient) async throws -> [JSONObject?] {
        var shown: [JSONObject?] = []
        for path in paths {
            let answer = try await client.get("/api/stats/\(path)").json
            guard case .object(var object) = answer else {
                shown.append(["list": answer])
                continue
            }
            object["exported_at"] = nil
            shown.append(object)
        }
        return shown
    }

    @Test func `what was lost is the same when the past is told again, and telling it twice changes nothing`() async throws {
        // Commands know the true time, so the host's clock must not be behind it.
        let now = max(TestHost.noon, Int64(Date.now.timeIntervalSince1970) * 1_000_000)
        let host = try await TestHost.start(
            plugins: ["habits": "", "progression": "", "stats": ""], clock: ManualClock(now: now))
        let ada = try await TestClient(host).registered("ada")
        let habits = [try await ada.habit(), try await ada.habit(["difficulty": "hard"])]
        var completions = [try await ada.complete(habits[0]), try await ada.complete(habits[1])]
        for ago in 1...3 {
            let date = Date(timeIntervalSince1970: Double(now / 1_000_000 - Int64(ago) * 86_400))
            let text = date.formatted(.iso8601.year().month().day())
            completions.append(
                try await ada.post(
                    "/api/completions/backfill", ["habit_id": .string(habits[0]), "completed_date": .string(text)]))
        }
        #expect(completions.allSatisfy { $0.status == 201 })
        for undone in [completions[1], completions[3]] {
            let id = try #require(undone.json["id"]?.string)
            #expect(try await ada.delete("/api/completions/\(id)").status == 204)
        }
        func completed(_ client: TestClient) async throws -> Int? {
            try await client.get("/api/stats/overview?time_range=all_time").json["total_completions"]?.int
        }
        let root = try await host.administrator("root", TestClient(host))
        let isCounted = try await eventually {
            let (done, undone) = (try await Self.told("completions", root), try await Self.told("undoings", root))
            return done == 5 && undone == 2
        }
        #expect(isCounted)
        #expect(try await completed(ada) == 3)
        let before = try await Self.shown(ada)
        let xp = before[0]?["total_xp_earned"]?.int ?? 0
        #expect(xp > 0)
        try await host.stop()

        try await Self.administer(host) { try await $0.migrateDown(of: "stats", steps: 1) { _ in } }
        let again = try await TestHost.start(
            plugins: ["habits": "", "progression": "", "stats": ""], dataFolder: host.dataFolder, clock: host.clock)
        var client = TestClient(again)
        client.token = ada.token
        #expect(try await completed(client) == 0)
        try await Self.administer(again) { administration in
            let events = try await administration.replayEvents(for: "stats/completions")
            #expect(events == ["habit.completed/1"])
        }
        let isTold = try await eventually { try await completed(client) == 3 }
        #expect(isTold)
        let after = try await Self.shown(client)
        for (index, path) in Self.paths.enumerated() { #expect(after[index] == before[index], "\(path)") }

        var admin = client
        admin.token = root.token
        let told = try await Self.told("completions", admin)
        try await Self.administer(again) { _ = try await $0.replayEvents(for: "stats/completions") }
        let isToldTwice = try await eventually { try await Self.told("completions", admin) == told + 3 }
        #expect(isToldTwice)
        #expect(try await Self.shown(client) == before)
        #expect(try await client.complete(habits[1]).status == 201)
        let isNew = try await eventually { try await completed(client) == 4 }
        #expect(isNew)
        try await again.stop()
        try await TestDatabase.drop(for: host.dataFolder)
    }
}
