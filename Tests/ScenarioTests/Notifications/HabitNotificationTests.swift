import HearthHost
import HearthJSON
import Testing

/// Habits that are due become notifications.
@Suite struct HabitNotificationTests {
    @Test func `a habit that is due is a notification at the user's own time, once`() async throws {
        try await notifications(plugins: ["notifications": "", "habits": ""]) { host, client in
            let marie = try await client.registered("marie")
            try await marie.move(to: "Europe/Paris")
            let habit = try await marie.habit(["title": "Piano", "reminder_time": "13:30"])
            let device = try await EventStream.open(marie)
            let admin = try await host.administrator("root", client)
            host.clock.advance(by: .seconds(61))
            let isKnown = try await eventually { try await admin.get("/api/admin/schedules").body.contains("Europe/Paris") }
            #expect(isKnown)
            host.clock.set(TestHost.noon + 30 * 60_000_000)
            let isTold = try await eventually { try await marie.unread() == 1 }
            #expect(isTold)
            let notification = try #require(try await marie.inbox()["notifications"]?[0])
            #expect(notification["kind"] == "habit_reminder")
            #expect(notification["title"] == ["en": "Piano", "fr": "Piano"])
            #expect(notification["data"] == ["habit_id": .string(habit), "local_date": "2026-11-20"])
            let isPushed = await eventually { device.titles == ["Piano"] }
            #expect(isPushed)
            // The same event again, as after a crash, or with another time on the same day, changes nothing.
            #expect(try await marie.put("/api/habits/\(habit)", ["reminder_time": "13:32"]).status == 200)
            host.clock.set(TestHost.noon + 32 * 60_000_000)
            let isDueAgain = await eventually { device.names.count { $0 == "habit.reminder_due" } == 2 }
            #expect(isDueAgain)
            let isHandled = try await eventually {
                let jobs = try await admin.get("/api/admin/jobs?limit=200").json["jobs"]?.elements ?? []
                return jobs.allSatisfy { ["completed", "scheduled"].contains($0["state"]?.string ?? "") }
            }
            #expect(isHandled)
            #expect(try await marie.inboxTitles() == ["Piano"])
            device.close()
        }
    }
}
