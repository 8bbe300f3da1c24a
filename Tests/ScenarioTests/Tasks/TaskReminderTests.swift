import HearthHost
import HearthJSON
import Testing

/// Users are told when the time has come at which a task is due.
struct TaskReminderTests {
    private static func look(_ now: String, _ host: TestHost, _ admin: TestClient) async throws {
        try await host.go(to: try instant(now), waitingFor: "tasks.remind_of_due", in: 3, as: admin)
    }

    private static func told(_ client: TestClient) async throws -> [String] {
        try await client.told("notifications").filter { $0["kind"] == "task_due" }.compactMap { $0["body"]?["en"]?.string }
            .sorted()
    }

    @Test func `by their own clocks, once, of what is still to be done, also of times that a clock skips`() async throws {
        try await product(plugins: ["tasks": "", "task-partners": ""]) { host, client in
            // Clocks in Paris are set forward from two to three o'clock, which is one o'clock in UTC and ten in Tokyo.
            host.clock.set(try instant("2027-03-28T00:50:00Z"))
            let marie = try await client.registered("marie")
            try await marie.move(to: "Europe/Paris")
            let yuki = try await client.registered("yuki")
            try await yuki.move(to: "Asia/Tokyo")
            for (user, title, due) in [
                (marie, "skipped", "2027-03-28T02:30:00"), (marie, "three", "2027-03-28T03:00:30"),
                (marie, "later", "2027-03-28T03:01:00"), (marie, "tomorrow", "2027-03-29T03:00:00"),
                (yuki, "ten", "2027-03-28T10:00:00"),
                (yuki, "three in Tokyo", "2027-03-28T03:00:00"), (yuki, "all day", "2027-03-28"),
            ] {
                _ = try await user.task(["title": .string(title), "due_date": .string(due), "use_ai_evaluation": false])
            }
            let done = try await marie.task(["title": "done", "due_date": "2027-03-28T03:00:00", "use_ai_evaluation": false])
            #expect(try await marie.finish(done).status == 200)
            let admin = try await host.administrator("root", client)
            // Zones are looked for each minute.
            host.clock.advance(by: .seconds(61))
            let areKnown = try await eventually {
                let schedules = try await admin.get("/api/admin/schedules").body
                return schedules.contains("Asia/Tokyo") && schedules.contains("Europe/Paris")
            }
            #expect(areKnown)
            try await Self.look("2027-03-28T00:59:00Z", host, admin)
            #expect(try await Self.told(client) == [])
            try await Self.look("2027-03-28T01:00:00Z", host, admin)
            #expect(try await Self.told(client) == ["skipped", "ten", "three"])
            try await Self.look("2027-03-28T01:01:00Z", host, admin)
            #expect(try await Self.told(client) == ["later", "skipped", "ten", "three"])
        }
    }
}
