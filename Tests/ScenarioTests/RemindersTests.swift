import HearthHTTP
import HearthHost
import HearthJSON
import TestServers
import Testing

/// Reminders of habits: at the user's own time, once, and only of what is still to be done.
@Suite struct RemindersTests {
    private static let hooks = "/api/users/me/webhooks"

    private static func titles(_ server: LocalHTTPServer) -> [String] {
        server.requests.compactMap { request in
            (try? JSONValue(parsing: request.body))?["payload"]?["title"]?.string
        }
    }

    private static func user(
        _ name: String, in zone: String, _ client: TestClient, _ server: LocalHTTPServer
    ) async throws
        -> TestClient
    {
        let user = try await client.registered(name)
        try await user.move(to: zone)
        let hook = try await user.post(
            hooks, ["url": .string(server.base + "/hook"), "events": ["habit.reminder_due/1"]])
        #expect(hook.status == 201, "\(hook.body)")
        return user
    }

    private static func look(_ now: Int64, _ host: TestHost, _ admin: TestClient) async throws {
        try await host.go(to: now, waitingFor: "habits.remind", in: 3, as: admin)
    }

    @Test func `users are reminded at their own time of what is still to be done`() async throws {
        try await LocalHTTPServer.run(answer: { _, _ in .text("thanks") }) { server in
            try await product(environment: ["WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8"]) { host, client in
                // It is 12:00 UTC: 13:00 in Paris, 21:00 in Tokyo.
                let marie = try await Self.user("marie", in: "Europe/Paris", client, server)
                let yuki = try await Self.user("yuki", in: "Asia/Tokyo", client, server)
                _ = try await marie.habit(["title": "Piano", "reminder_time": "13:30"])
                let done = try await marie.habit(["title": "Done", "reminder_time": "13:30"])
                _ = try await marie.habit(["title": "Later", "reminder_time": "13:31:30"])
                let kept = try await marie.habit(["title": "Kept", "reminder_time": "13:30"])
                _ = try await yuki.habit(["title": "Koto", "reminder_time": "21:30"])
                _ = try await yuki.habit(["title": "Morning", "reminder_time": "13:30"])
                #expect(try await marie.complete(done).status == 201)
                #expect(try await marie.post("/api/habits/\(kept)/archive").status == 200)
                let admin = try await host.administrator("root", client)
                // Zones are looked for each minute.
                host.clock.advance(by: .seconds(61))
                let areKnown = try await eventually {
                    let schedules = try await admin.get("/api/admin/schedules").body
                    return schedules.contains("Asia/Tokyo") && schedules.contains("Europe/Paris")
                }
                #expect(areKnown)
                let noon = host.clock.now - 61_000_000
                try await Self.look(noon + 29 * 60_000_000, host, admin)
                #expect(Self.titles(server).isEmpty)
                try await Self.look(noon + 30 * 60_000_000, host, admin)
                let areTold = await eventually { Set(Self.titles(server)) == ["Piano", "Koto"] }
                #expect(areTold, "\(Self.titles(server))")
                try await Self.look(noon + 31 * 60_000_000, host, admin)
                let isToldLater = await eventually { Self.titles(server).contains("Later") }
                #expect(isToldLater)
                try await Self.look(noon + 32 * 60_000_000, host, admin)
                #expect(Self.titles(server).sorted() == ["Koto", "Later", "Piano"])
            }
        }
    }
}
